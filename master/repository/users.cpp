#include "master/repository/users.hpp"

#include <fmt/format.h>

#include "master/repository/columns.hpp"
#include "model/error.hpp"

namespace det::master::repository {
namespace {

void require_free_name(Connection& connection, std::string_view username, std::int64_t but_for) {
  if (username.empty()) throw Error(Failure::usage, "a user needs a name");
  auto taken = connection.query("SELECT 1 FROM users WHERE username = ? AND id <> ?", username, but_for);
  if (taken.step()) throw Error(Failure::usage, fmt::format("user '{}' exists already", username));
}

std::optional<model::UserRecord> only_user(Statement query) {
  if (!query.step()) return std::nullopt;
  return user_of(query);
}

}  // namespace

std::optional<StoredUser> find_user(Connection& connection, std::string_view username) {
  auto query = connection.query(
      "SELECT id, username, display_name, admin, active, modified, last_login, password_hash"
      " FROM users WHERE username = ?",
      username);
  if (!query.step()) return std::nullopt;
  auto user = user_of(query);
  return StoredUser{std::move(user), query.text()};
}

std::optional<model::UserRecord> user_by_id(Connection& connection, std::int64_t id) {
  return only_user(connection.query(
      "SELECT id, username, display_name, admin, active, modified, last_login FROM users WHERE id = ?", id));
}

std::vector<model::UserRecord> list_users(Connection& connection) {
  auto query = connection.query(
      "SELECT id, username, display_name, admin, active, modified, last_login FROM users ORDER BY id");
  std::vector<model::UserRecord> users;
  while (query.step()) users.push_back(user_of(query));
  return users;
}

model::UserRecord insert_user(Connection& connection, const NewUser& user, model::Time now) {
  require_free_name(connection, user.username, 0);
  connection.execute(
      "INSERT INTO users(username, display_name, password_hash, admin, active, modified)"
      " VALUES (?, ?, ?, ?, ?, ?)",
      user.username, user.display_name, user.password_hash, user.admin, user.active, now);
  return user_by_id(connection, connection.last_id()).value();
}

bool update_user(Connection& connection, std::int64_t id, const UserChange& change, model::Time now) {
  if (change.username) require_free_name(connection, *change.username, id);
  return connection.execute(
             "UPDATE users SET username = coalesce(?, username), display_name = coalesce(?, display_name),"
             " password_hash = coalesce(?, password_hash), admin = coalesce(?, admin),"
             " active = coalesce(?, active), modified = ? WHERE id = ?",
             change.username, change.display_name, change.password_hash, change.admin, change.active, now,
             id) > 0;
}

void set_last_login(Connection& connection, std::int64_t id, model::Time now) {
  connection.execute("UPDATE users SET last_login = ? WHERE id = ?", now, id);
}

}  // namespace det::master::repository
