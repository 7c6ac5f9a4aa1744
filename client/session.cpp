#include "client/session.hpp"

#include <fmt/format.h>

#include <utility>

#include "client/asking.hpp"
#include "client/refusal.hpp"
#include "client/token_store.hpp"
#include "model/error.hpp"
#include "wire/hashed_password.hpp"
#include "wire/login.hpp"

namespace det::client {
namespace {

constexpr auto fallback_user = "determined";
constexpr std::size_t longest_answer = std::size_t{1} << 20;
constexpr int ok = 200;
constexpr int unauthorized = 401;
constexpr int forbidden = 403;

Error refused(const std::string& sentence, const std::string& address) {
  return Error(Failure::permission, sentence)
      .with_status(unauthorized)
      .advising(fmt::format("det -m {} user login <username>", address));
}

Error not_signed_in(const std::string& address) {
  return refused("unauthenticated: please use 'det user login <username>'", address);
}

Error wrong_password(const std::string& username, const std::string& address) {
  return refused(fmt::format("invalid username/password combination for user '{}'", username), address);
}

}  // namespace

Session::Session(std::string address, http::Transport& transport, TokenStore& tokens, Identity identity,
                 PasswordPrompt password_prompt)
    : address_(std::move(address)),
      transport_(transport),
      tokens_(tokens),
      identity_(std::move(identity)),
      password_prompt_(std::move(password_prompt)) {}

std::string Session::username() {
  return identity_.auth_token ? std::string() : asker().name;
}

std::string Session::authorization() {
  if (token_.empty() && identity_.auth_token) token_ = *identity_.auth_token;
  if (token_.empty()) {
    const auto user = asker();
    token_ = user.token ? *user.token : signed_in(user);
  }
  return "Bearer " + token_;
}

std::string Session::renewed_authorization() {
  if (!identity_.signs_in) throw not_signed_in(address_);
  if (identity_.auth_token) throw refused("the token in DET_AUTH_TOKEN was refused", address_);
  if (is_fresh_) throw not_signed_in(address_);
  const auto refused_token = std::exchange(token_, {});
  if (identity_.user_token == refused_token) {
    if (!identity_.password) throw refused("the token in DET_USER_TOKEN was refused", address_);
    identity_.user_token.reset();
  }
  tokens_.forget(asker().name, refused_token);
  const auto user = asker();
  if (!user.token && !set_password(user) && !password_prompt_.at_terminal) {
    throw refused(
        fmt::format("the token of user '{}' is no longer valid: please use 'det user login'", user.name),
        address_);
  }
  return authorization();
}

void Session::login(const std::string& username, const std::string& password) {
  const auto token = new_token(username, password);
  if (!token) throw wrong_password(username, address_);
  adopt(username, *token);
}

void Session::adopt(const std::string& username, const std::string& token) {
  tokens_.log_in(username, token);
  token_ = token;
  is_fresh_ = true;
}

void Session::logout() {
  const auto name = asker().name;
  const auto token = tokens_.token(name);
  if (!token) return;
  tokens_.log_out(name);
  end(*token);
}

void Session::logout_all() {
  std::vector<std::string> ended;
  for (const auto& name : tokens_.users()) {
    ended.push_back(*tokens_.token(name));
    tokens_.log_out(name);
  }
  if (tokens_.active_user()) tokens_.clear_active();
  for (const auto& token : ended) end(token);
}

Session::Asker Session::asker() {
  if (identity_.user_flag) return named(*identity_.user_flag);
  if (identity_.user && identity_.password) return named(*identity_.user);
  const auto active = tokens_.active_user();
  const auto user = active ? named(*active) : Asker{fallback_user};
  const bool is_set = identity_.user && identity_.user_token;
  if (!user.token && is_set) return named(*identity_.user);
  if (active) return user;
  return {fallback_user, tokens_.token(fallback_user), true};
}

Session::Asker Session::named(const std::string& name) {
  auto token = tokens_.token(name);
  if (!token && identity_.user == name) token = identity_.user_token;
  return {name, token};
}

// The one that need not be asked for.
std::optional<std::string> Session::set_password(const Asker& user) const {
  if (identity_.user == user.name && identity_.password) return identity_.password;
  return user.is_fallback ? std::optional<std::string>("") : std::nullopt;
}

// Absent when the master refuses the combination.
std::optional<std::string> Session::new_token(const std::string& username, const std::string& password) {
  const auto answer =
      ask(transport_, {.method = "POST",
                       .url = address_ + "/api/v1/auth/login",
                       .headers = {{"Accept", "application/json"}, {"Content-Type", "application/json"}},
                       .body = wire::encode_login(username, wire::hashed_password(password))});
  if (answer->status() == unauthorized || answer->status() == forbidden) return std::nullopt;
  if (answer->status() != ok) throw refusal(*answer);
  return wire::decode_login(http::read_all(*answer, longest_answer));
}

std::string Session::signed_in(const Asker& user) {
  if (!identity_.signs_in) throw not_signed_in(address_);
  const auto set = set_password(user);
  const auto password = set ? *set : password_prompt_.ask(fmt::format("Password for user '{}': ", user.name));
  const auto token = new_token(user.name, password);
  if (!token) throw user.is_fallback ? not_signed_in(address_) : wrong_password(user.name, address_);
  tokens_.remember(user.name, *token);
  is_fresh_ = true;
  return *token;
}

// Its token has been forgotten by now: it is gone whatever the master says. A session that has expired is
// ended, too.
void Session::end(const std::string& token) {
  ask(transport_, {.method = "POST",
                   .url = address_ + "/api/v1/auth/logout",
                   .headers = {{"Accept", "application/json"}, {"Authorization", "Bearer " + token}}});
}

}  // namespace det::client
