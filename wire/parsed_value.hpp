#pragma once

#include <simdjson.h>

#include <string_view>

#include "model/json.hpp"
#include "wire/padded_text.hpp"
#include "wire/place.hpp"
#include "wire/scalar.hpp"

// What the decoders that read simdjson's values directly have in common; simdjson stays in their .cpp files.
// These throw simdjson::simdjson_error for text that is no JSON.
namespace det::wire {

// `text` must outlive what is made of the result.
simdjson::padded_string_view padded(const PaddedText& text);

// Whether nothing follows what was read, which was the whole.
bool at_end(simdjson::ondemand::document& document);

// The text of an object, braces included; belongs to the parser.
std::string_view raw_object(simdjson::ondemand::value value);

Scalar scalar(simdjson::ondemand::value value);

// As parse_tree(), of any value. Throws Error{master}, naming `place`, where it nests too deep.
model::Json tree(simdjson::ondemand::value value, const Place& place);

}  // namespace det::wire
