#include "master/repository/columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace det::master::repository {
namespace {

struct StateWord {
  model::CheckpointState state;
  std::string_view word;
};
constexpr StateWord state_words[] = {
    {model::CheckpointState::unspecified, "UNSPECIFIED"},
    {model::CheckpointState::active, "ACTIVE"},
    {model::CheckpointState::completed, "COMPLETED"},
    {model::CheckpointState::error, "ERROR"},
    {model::CheckpointState::deleted, "DELETED"},
    {model::CheckpointState::partially_deleted, "PARTIALLY_DELETED"},
};

}  // namespace

model::UserRecord user_of(Statement& row) {
  model::UserRecord user;
  user.id = row.integer();
  user.username = row.text();
  user.display_name = row.text();
  user.admin = row.flag();
  user.active = row.flag();
  user.modified = row.time();
  user.last_login = row.optional_time();
  return user;
}

std::string words_text(const std::vector<std::string>& words) {
  // What is no UTF-8 is replaced, not refused.
  return nlohmann::json(words).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<std::string> words_of(std::string_view text) {
  if (text == "[]") return {};
  return nlohmann::json::parse(text).get<std::vector<std::string>>();
}

std::string numbers_text(const std::vector<std::int64_t>& numbers) {
  return fmt::format("[{}]", fmt::join(numbers, ","));
}

std::string files_blob(const std::vector<model::CheckpointFile>& files) {
  std::string blob;
  for (const auto& file : files) {
    blob += fmt::format("{} {}", file.size_bytes, file.path);
    blob += '\0';
  }
  return blob;
}

std::vector<model::CheckpointFile> files_of(std::string_view blob) {
  std::vector<model::CheckpointFile> files;
  files.reserve(static_cast<std::size_t>(std::count(blob.begin(), blob.end(), '\0')));
  for (auto end = blob.find('\0'); end != std::string_view::npos; end = blob.find('\0')) {
    std::uint64_t size = 0;
    const auto* path = std::from_chars(blob.data(), blob.data() + end, size).ptr + 1;
    files.push_back({std::string(path, blob.data() + end), size});
    blob.remove_prefix(end + 1);
  }
  return files;
}

std::string_view state_word(model::CheckpointState state) {
  for (const auto& known : state_words) {
    if (known.state == state) return known.word;
  }
  return "UNSPECIFIED";
}

model::CheckpointState state_of(std::string_view word) {
  for (const auto& known : state_words) {
    if (known.word == word) return known.state;
  }
  return model::CheckpointState::unknown;
}

std::int64_t sql_limit(const Slice& slice) {
  if (slice.limit == -2) return 0;
  return slice.limit <= 0 ? -1 : slice.limit;
}

std::int64_t sql_offset(const Slice& slice) {
  return std::max<std::int64_t>(slice.offset, 0);
}

std::string order_by(std::string_view column, Direction direction, std::string_view tie) {
  return fmt::format("{} {} NULLS LAST, {}", column, direction == Direction::descending ? "DESC" : "ASC",
                     tie);
}

}  // namespace det::master::repository
