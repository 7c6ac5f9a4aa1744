#include "master/accounts.hpp"

#include <algorithm>

#include "master/clock.hpp"
#include "master/passwords.hpp"
#include "master/repository/sessions.hpp"
#include "master/repository/users.hpp"
#include "model/error.hpp"
#include "wire/hashed_password.hpp"

namespace det::master {
namespace {

constexpr auto session_lasts = std::chrono::days{30};

Error invalid_credentials() {
  return {Failure::permission, "invalid credentials"};
}

}  // namespace

bool Accounts::make_first_users(const std::string& password) {
  if (password.empty()) throw Error(Failure::usage, "no user may have an empty password");
  const auto there = [](Connection& connection) { return !repository::list_users(connection).empty(); };
  if (database_.read(there)) return false;
  const auto hash = password_hash(wire::hashed_password(password));
  return database_.write([&](Connection& connection) {
    if (there(connection)) return false;
    for (const auto* name : {"admin", "determined"}) {
      repository::insert_user(connection, {.username = name, .password_hash = hash, .admin = true}, now());
    }
    return true;
  });
}

void Accounts::set_passwords(const std::vector<std::string>& usernames, const std::string& password) {
  if (password.empty()) throw Error(Failure::usage, "no user may have an empty password");
  const auto hash = password_hash(wire::hashed_password(password));
  database_.write([&](Connection& connection) {
    for (const auto& name : usernames) {
      const auto stored = repository::find_user(connection, name);
      if (stored) repository::update_user(connection, stored->user.id, {.password_hash = hash}, now());
    }
  });
}

std::optional<SignedIn> Accounts::sign_in(const std::string& username, const std::string& secret,
                                          bool hashed) {
  const auto stored =
      database_.read([&](Connection& connection) { return repository::find_user(connection, username); });
  const auto sent = hashed ? secret : wire::hashed_password(secret);
  bool fits = false;
  {
    const std::lock_guard lock(one_at_a_time_);
    fits = password_fits(sent, stored && stored->user.active ? stored->password_hash : std::string());
  }
  if (!fits) return std::nullopt;
  {
    const std::lock_guard lock(mutex_);
    failures_ = 0;
  }
  database_.write(
      [&](Connection& connection) { repository::set_last_login(connection, stored->user.id, now()); });
  return session_of(stored->user);
}

SignedIn Accounts::sign_in_owner(const std::string& username) {
  const auto stored =
      database_.read([&](Connection& connection) { return repository::find_user(connection, username); });
  if (!stored) throw Error(Failure::not_found, "there is no user '" + username + "'");
  return session_of(stored->user);
}

SignedIn Accounts::session_of(const model::UserRecord& user) {
  SignedIn signed_in{"det.v1." + random_secret(), user};
  database_.write([&](Connection& connection) {
    repository::sweep_sessions(connection, now());
    repository::insert_session(connection, token_hash(signed_in.token), user.id, now() + session_lasts);
  });
  return signed_in;
}

model::UserRecord Accounts::user_of(std::string_view token) {
  const auto hash = token_hash(token);
  const auto user = database_.read(
      [&](Connection& connection) { return repository::session_user(connection, hash, now()); });
  if (!user) throw invalid_credentials();
  return *user;
}

void Accounts::sign_out(std::string_view token) {
  database_.write([&](Connection& connection) { repository::remove_session(connection, token_hash(token)); });
}

std::chrono::milliseconds Accounts::penalty() {
  using std::chrono::milliseconds;
  constexpr milliseconds first{250};
  constexpr milliseconds longest{8'000};
  const std::lock_guard lock(mutex_);
  const auto at = std::chrono::steady_clock::now();
  if (at - last_failure_ > std::chrono::minutes{1}) failures_ = 0;
  last_failure_ = at;
  return std::min(first * (1 << std::min(failures_++, 8)), longest);
}

}  // namespace det::master
