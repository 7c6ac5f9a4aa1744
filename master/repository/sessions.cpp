#include "master/repository/sessions.hpp"

#include "master/repository/columns.hpp"

namespace det::master::repository {

void insert_session(Connection& connection, std::string_view token_hash, std::int64_t user_id,
                    model::Time expires) {
  connection.execute("INSERT INTO sessions(token_hash, user_id, expires) VALUES (?, ?, ?)", token_hash,
                     user_id, expires);
}

std::optional<model::UserRecord> session_user(Connection& connection, std::string_view token_hash,
                                              model::Time now) {
  auto query = connection.query(
      "SELECT id, username, display_name, admin, active, modified, last_login"
      " FROM sessions JOIN users ON users.id = user_id WHERE token_hash = ? AND expires > ? AND active",
      token_hash, now);
  if (!query.step()) return std::nullopt;
  return user_of(query);
}

void remove_session(Connection& connection, std::string_view token_hash) {
  connection.execute("DELETE FROM sessions WHERE token_hash = ?", token_hash);
}

void remove_sessions_of_user(Connection& connection, std::int64_t user_id) {
  connection.execute("DELETE FROM sessions WHERE user_id = ?", user_id);
}

std::int64_t sweep_sessions(Connection& connection, model::Time now) {
  return connection.execute("DELETE FROM sessions WHERE expires <= ?", now);
}

}  // namespace det::master::repository
