#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "master/database.hpp"
#include "model/record.hpp"

namespace det::master {

struct SignedIn {
  std::string token;
  model::UserRecord user;
};

// Who may ask this master: users with passwords, and sessions with tokens that expire, survive a restart and
// are kept as hashes only. Any thread may call these.
class Accounts {
 public:
  explicit Accounts(Database& database) : database_(database) {}

  // Makes the users `determined` and `admin`, both administrators with this password, where there are no
  // users yet; false: there are. Throws Error{usage} for an empty password.
  bool make_first_users(const std::string& password);

  void set_passwords(const std::vector<std::string>& usernames, const std::string& password);

  // Absent for a wrong password, an unknown user and one who is not active, which all take the same time.
  // `secret` is what clients send: hashed or, unless `hashed`, as it was typed.
  std::optional<SignedIn> sign_in(const std::string& username, const std::string& secret, bool hashed);
  // A session without a password, for who runs the master. Throws Error{not_found}.
  SignedIn sign_in_owner(const std::string& username);
  // Throws Error{permission} for a token that is not, or no longer, one.
  model::UserRecord user_of(std::string_view token);
  void sign_out(std::string_view token);

  // How long the next failure of a login must wait for its answer: twice as long after each, as long as they
  // come within a minute and nobody signs in meanwhile.
  std::chrono::milliseconds penalty();

 private:
  SignedIn session_of(const model::UserRecord& user);

  Database& database_;
  std::mutex one_at_a_time_;  // a hash costs memory
  std::mutex mutex_;
  int failures_ = 0;
  std::chrono::steady_clock::time_point last_failure_;
};

}  // namespace det::master
