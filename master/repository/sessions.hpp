#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "master/connection.hpp"
#include "model/record.hpp"

// Who is signed in. A token itself is never kept, only its hash.
namespace det::master::repository {

void insert_session(Connection& connection, std::string_view token_hash, std::int64_t user_id,
                    model::Time expires);
// The active user whose session it is; absent when there is none or it has expired by `now`.
std::optional<model::UserRecord> session_user(Connection& connection, std::string_view token_hash,
                                              model::Time now);
void remove_session(Connection& connection, std::string_view token_hash);
void remove_sessions_of_user(Connection& connection, std::int64_t user_id);
// Removes what has expired by `now`; returns how many.
std::int64_t sweep_sessions(Connection& connection, model::Time now);

}  // namespace det::master::repository
