#pragma once

#include <optional>
#include <string>

#include "model/json.hpp"
#include "model/log_line.hpp"
#include "wire/place.hpp"

namespace det::wire {

// `result` of one object of GET trials/{id}/logs. Throws Error{master} for everything that is no line.
model::LogLine decode_log_line(const model::Json& tree, const Place& place);

// What a gateway sends in place of a result when a stream fails after it has begun: {"error": {...}}.
struct StreamFailure {
  int status = 0;  // of HTTP; 0: it says none
  std::string text;
};

// Absent when the object holds no error.
std::optional<StreamFailure> decode_stream_failure(const model::Json& object);

}  // namespace det::wire
