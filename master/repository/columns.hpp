#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "master/connection.hpp"
#include "master/repository/slice.hpp"
#include "model/record.hpp"

// How values of several nouns stand in columns.
namespace det::master::repository {

// Reads id, username, display_name, admin, active, modified, last_login.
model::UserRecord user_of(Statement& row);

// Labels and other lists of words are JSON arrays, which json_each() reads.
std::string words_text(const std::vector<std::string>& words);
std::vector<std::string> words_of(std::string_view text);
// The same of numbers.
std::string numbers_text(const std::vector<std::int64_t>& numbers);

std::string files_blob(const std::vector<model::CheckpointFile>& files);
std::vector<model::CheckpointFile> files_of(std::string_view blob);

std::string_view state_word(model::CheckpointState state);
model::CheckpointState state_of(std::string_view word);

// The LIMIT that a slice asks for, as SQLite says it: below 0 for all.
std::int64_t sql_limit(const Slice& slice);
std::int64_t sql_offset(const Slice& slice);

// "col ASC NULLS LAST"; equal rows by `tie`.
std::string order_by(std::string_view column, Direction direction, std::string_view tie);

}  // namespace det::master::repository
