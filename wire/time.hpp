#pragma once

#include <optional>
#include <string_view>

#include "model/time.hpp"

namespace det::wire {

// RFC 3339, with Z or an offset and any number of fraction digits; what is finer than a microsecond is cut
// off. Absent when the text is no such time.
std::optional<model::Time> parse_time(std::string_view text);

}  // namespace det::wire
