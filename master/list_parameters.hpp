#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "master/query.hpp"
#include "master/repository/slice.hpp"

// What requests for lists have in common. All of these throw Error{usage} in the words of a real master.
namespace det::master {

// orderBy.
repository::Direction direction_of(const Query& query);
// offset and limit, unchecked.
repository::Slice slice_of(const Query& query);

[[noreturn]] void refuse_word(std::string_view word, std::string_view type);

// What a word of an enum stands for; `type` names the enum, for the message.
template <typename Value>
Value value_of_word(std::span<const std::pair<std::string_view, Value>> words, std::string_view word,
                    std::string_view type) {
  for (const auto& [known, value] : words) {
    if (known == word) return value;
  }
  refuse_word(word, type);
}

}  // namespace det::master
