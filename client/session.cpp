#include "client/session.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <utility>

#include "client/token_store.hpp"
#include "model/error.hpp"
#include "wire/login.hpp"

namespace det::client {
namespace {

constexpr auto password_salt = "GubPEmmotfiK9TMD6Zdw";  // of the official client, the same for everyone
constexpr auto usual_user = "determined";
constexpr std::size_t longest_answer = std::size_t{1} << 20;

Error not_signed_in() {
  return Error(Failure::permission,
               "Unauthenticated: Please use 'det user login <username>' for password login, or for "
               "Enterprise users "
               "logging in with an SSO provider, use 'det auth login --provider=<provider>'")
      .with_status(401)
      .advising("det user login <username>");
}

[[noreturn]] void refuse_login(int status) {
  if (status == 401 || status == 403) throw not_signed_in();
  const auto sentence = fmt::format("the master answered the login with status {}", status);
  const bool passing = status == 408 || status == 429 || status == 502 || status == 503 || status == 504;
  const auto error = Error(passing ? Failure::unreachable : Failure::master, sentence).with_status(status);
  throw passing ? error.worth_retrying() : error;
}

}  // namespace

std::string hashed_password(const std::string& password) {
  if (password.empty()) return password;
  const auto salted = password_salt + password;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(salted.data(), salted.size(), digest.data(), &size, EVP_sha512(), nullptr) != 1) {
    throw Error(Failure::unclassified, "OpenSSL could not compute SHA-512");
  }
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

Session::Session(std::string address, http::Transport& transport, TokenStore& tokens, Identity identity,
                 PasswordPrompt ask_password)
    : address_(std::move(address)),
      transport_(transport),
      tokens_(tokens),
      identity_(std::move(identity)),
      ask_password_(std::move(ask_password)) {}

Session::Chosen Session::chosen() {
  if (identity_.user_flag) return {*identity_.user_flag};
  if (identity_.user && identity_.password) return {*identity_.user};
  if (const auto active = tokens_.active_user()) return {*active};
  return {usual_user, true};
}

std::string Session::username() {
  return chosen().name;
}

// A token that needs no login.
std::optional<std::string> Session::kept_token(const Chosen& user) {
  if (identity_.auth_token) return identity_.auth_token;
  if (auto cached = tokens_.token(user.name)) return cached;
  const bool is_his = identity_.user && (!identity_.user_flag || identity_.user_flag == identity_.user);
  return is_his ? identity_.user_token : std::nullopt;
}

std::string Session::password_of(const Chosen& user) {
  if (identity_.password && identity_.user == user.name) return *identity_.password;
  if (user.nobody_asked_for) return "";
  return ask_password_(fmt::format("Password for user '{}': ", user.name));
}

std::string Session::sign_in(const std::string& name, const std::string& password) {
  http::Request request{.method = "POST", .url = address_ + "/api/v1/auth/login"};
  request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  request.body = wire::encode_login(name, hashed_password(password));
  const auto answer = transport_.send(request);
  if (answer->status() != 200) refuse_login(answer->status());
  const auto token = wire::decode_login(http::read_all(*answer, longest_answer)).token;
  tokens_.set_token(name, token);
  fresh_ = true;
  return token;
}

std::string Session::authorization() {
  if (token_.empty()) {
    const auto user = chosen();
    const auto kept = kept_token(user);
    token_ = kept ? *kept : sign_in(user.name, password_of(user));
  }
  return "Bearer " + token_;
}

std::string Session::renewed_authorization() {
  if (fresh_ || identity_.auth_token) throw not_signed_in();
  const auto user = chosen();
  const bool was_cached = tokens_.token(user.name) == token_;
  if (!was_cached) throw not_signed_in();  // it came from DET_USER_TOKEN
  tokens_.drop(user.name);
  token_ = sign_in(user.name, password_of(user));
  return "Bearer " + token_;
}

void Session::login(const std::string& username, const std::string& password) {
  try {
    token_ = sign_in(username, password);
  } catch (const Error& error) {
    if (error.failure != Failure::permission) throw;
    throw Error(Failure::permission, "invalid username/password combination").with_status(401);
  }
  tokens_.set_active(username);
}

void Session::end(const std::string& name, const std::string& token) {
  tokens_.drop(name);
  http::Request request{.method = "POST", .url = address_ + "/api/v1/auth/logout"};
  request.headers = {{"Authorization", "Bearer " + token}};
  transport_.send(request);
}

void Session::logout(bool all) {
  const auto active = tokens_.active_user();
  const auto names =
      all ? tokens_.users() : std::vector<std::string>{identity_.user_flag.value_or(chosen().name)};
  for (const auto& name : names) {
    if (const auto token = tokens_.token(name)) end(name, *token);
  }
  if (all || (active && names.front() == *active)) tokens_.clear_active();
}

}  // namespace det::client
