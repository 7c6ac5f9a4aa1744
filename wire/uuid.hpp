#pragma once

#include <string>
#include <string_view>

namespace det::wire {

// Whether the text is a uuid as a master writes it: 8-4-4-4-12 hexadecimal digits.
bool is_uuid(std::string_view text);

// The same uuid in lower case. Throws Error{usage} for what is none, in the words of a real master.
std::string lower_uuid(std::string text);

}  // namespace det::wire
