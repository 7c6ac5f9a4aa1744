#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "master/http_server.hpp"
#include "master/repository/slice.hpp"
#include "wire/answers.hpp"

// Lists of experiments, trials and workloads: beyond their ends they are empty.
namespace det::master::handlers {

// The limit of a slice that asks for nothing.
inline constexpr std::int64_t none = -2;

// What a slice of a list of so many comes to: an offset below 0 counts from the end.
wire::Page page_of(const repository::Slice& slice, std::int64_t total);

// {"KEY":[...],"pagination":{...}} of that page, read and written a portion of rows at a time: `text` gives
// those of a slice, with commas between them.
Response paged_answer(std::string_view key, const wire::Page& page, std::int64_t portion,
                      std::function<std::string(const repository::Slice&)> text);

// A word of state without its prefix; absent for STATE_UNSPECIFIED, which asks for all. Throws Error{usage}
// for one that is not among the known ones; `type` names the enum.
std::optional<std::string> state_of_word(std::span<const std::string_view> known, std::string_view word,
                                         std::string_view type);

// With commas between them.
template <typename Rows, typename Encode>
std::string joined_texts(const Rows& rows, const Encode& encode) {
  std::string text;
  for (const auto& row : rows) {
    if (!text.empty()) text += ',';
    text += encode(row);
  }
  return text;
}

}  // namespace det::master::handlers
