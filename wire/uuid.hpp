#pragma once

#include <string_view>

namespace det::wire {

// Whether the text is a uuid as a master writes it: 8-4-4-4-12 hexadecimal digits.
bool is_uuid(std::string_view text);

}  // namespace det::wire
