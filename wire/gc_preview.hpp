#pragma once

#include <string>

#include "model/json.hpp"
#include "model/previewed_checkpoint.hpp"
#include "wire/padded_text.hpp"
#include "wire/place.hpp"

namespace det::wire {

// One element of the list that GET /experiments/{id}/preview_gc answers, whose names are in PascalCase.
// Throws Error{master} for everything else.
model::PreviewedCheckpoint decode_previewed_checkpoint(const PaddedText& element, const Place& place);

// What an embedded master adds to a preview, and to the answer of a change of policy: why it deletes nothing.
// Empty where there is none.
std::string decode_warning(const model::Json& answer);

}  // namespace det::wire
