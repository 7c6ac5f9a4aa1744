#pragma once

#include <string>
#include <string_view>

namespace det::wire {

// The word of an enum without the prefix that a gateway puts before it; one without prefix stays as it is.
inline std::string state_word(std::string_view word) {
  constexpr std::string_view prefix = "STATE_";
  return std::string(word.substr(word.substr(0, prefix.size()) == prefix ? prefix.size() : 0));
}

}  // namespace det::wire
