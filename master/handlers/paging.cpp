#include "master/handlers/paging.hpp"

#include <algorithm>
#include <utility>

#include "master/list_answer.hpp"
#include "master/list_parameters.hpp"

namespace det::master::handlers {

wire::Page page_of(const repository::Slice& slice, std::int64_t total) {
  const auto start = slice.offset < 0 ? total + slice.offset : slice.offset;
  const auto offset = std::max<std::int64_t>(start, 0);
  const auto rest = std::max<std::int64_t>(total - offset, 0);
  const auto limit = slice.limit == none ? 0 : slice.limit <= 0 ? rest : slice.limit;
  return {.offset = offset, .limit = slice.limit, .count = std::min(limit, rest), .total = total};
}

Response paged_answer(std::string_view key, const wire::Page& page, std::int64_t portion,
                      std::function<std::string(const repository::Slice&)> text) {
  auto next = [text = std::move(text), portion, at = page.offset, end = page.offset + page.count]() mutable {
    if (at >= end) return std::string();
    const repository::Slice slice{.offset = at, .limit = std::min(portion, end - at)};
    at += slice.limit;
    return text(slice);
  };
  return list_answer(key, std::move(next), page);
}

std::optional<std::string> state_of_word(std::span<const std::string_view> known, std::string_view word,
                                         std::string_view type) {
  constexpr std::string_view prefix = "STATE_";
  if (word == "STATE_UNSPECIFIED") return std::nullopt;
  const auto bare = word.substr(word.starts_with(prefix) ? prefix.size() : word.size());
  if (std::find(known.begin(), known.end(), bare) == known.end()) refuse_word(word, type);
  return std::string(bare);
}

}  // namespace det::master::handlers
