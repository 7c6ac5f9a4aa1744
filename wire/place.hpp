#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace det::wire {

// Where in an answer a value stands, for messages: "checkpoints[3].training.trialId". Made on the stack as
// decoding descends; refers to its names and to its parent.
struct Place {
  std::string_view name;
  const Place* parent = nullptr;
  std::optional<std::size_t> index = std::nullopt;  // of an element of the list `name`
};

std::string path(const Place& place);

// Throws Error{master}: "the master's answer is not valid: PATH COMPLAINT", where a complaint reads "is
// missing".
[[noreturn]] void invalid(const Place& place, std::string_view complaint);
// The same of the answer as a whole: "it ends too early".
[[noreturn]] void invalid(std::string_view complaint);

}  // namespace det::wire
