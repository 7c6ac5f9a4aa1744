#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "master/connection.hpp"
#include "model/record.hpp"

namespace det::master::repository {

struct StoredUser {
  model::UserRecord user;
  std::string password_hash;
};

struct NewUser {
  std::string username;
  std::string display_name = {};
  std::string password_hash = {};
  bool admin = false;
  bool active = true;
};

// What is absent stays as it is.
struct UserChange {
  std::optional<std::string> username = {};
  std::optional<std::string> display_name = {};
  std::optional<std::string> password_hash = {};
  std::optional<bool> admin = {};
  std::optional<bool> active = {};
};

// User names are compared without regard to the case of ASCII letters.
std::optional<StoredUser> find_user(Connection& connection, std::string_view username);
std::optional<model::UserRecord> user_by_id(Connection& connection, std::int64_t id);
// By id.
std::vector<model::UserRecord> list_users(Connection& connection);

// Throws Error{usage} when the name is taken, or empty.
model::UserRecord insert_user(Connection& connection, const NewUser& user, model::Time now);
// False: there is no such user. Throws as insert_user().
bool update_user(Connection& connection, std::int64_t id, const UserChange& change, model::Time now);
void set_last_login(Connection& connection, std::int64_t id, model::Time now);

}  // namespace det::master::repository
