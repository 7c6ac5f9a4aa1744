#pragma once

#include <functional>
#include <optional>
#include <string>

#include "http/transport.hpp"

namespace det::client {

class TokenStore;

// Who the user wants to be, as the flags and the environment say it.
struct Identity {
  std::optional<std::string> user_flag = {};   // -u
  std::optional<std::string> user = {};        // DET_USER
  std::optional<std::string> password = {};    // DET_PASS
  std::optional<std::string> user_token = {};  // DET_USER_TOKEN
  std::optional<std::string> auth_token = {};  // DET_AUTH_TOKEN: before everything else
};

// Reads a secret from the user; throws Error{declined} where there is nobody to ask.
using PasswordPrompt = std::function<std::string(const std::string& prompt)>;

// What the official client sends for a password: lower-case hex SHA-512 of a fixed salt and the password; the
// empty password as it is.
std::string hashed_password(const std::string& password);

// Signs requests to one master. Order of identities: DET_AUTH_TOKEN; -u; DET_USER with DET_PASS; the active
// user of the token file; user `determined`. For that user: the cached token; DET_USER_TOKEN where DET_USER
// is that user or none was asked for by name; else the password (DET_PASS where it is DET_USER's, or asked),
// and for `determined` that nobody asked for the empty one. Cached tokens are used without being checked
// first: a master that refuses one answers 401, and then renewed_authorization() is called.
class Session {
 public:
  Session(std::string address, http::Transport& transport, TokenStore& tokens, Identity identity,
          PasswordPrompt ask_password);

  const std::string& address() const { return address_; }
  // Who asks, without asking the master.
  std::string username();

  // The value of the Authorization header. Signs in when no token is cached (one request) and caches the new
  // token. Throws Error{permission}.
  std::string authorization();
  // After a 401: forgets the token that was refused and signs in once more where DET_USER and DET_PASS are
  // set or a person can be asked; throws Error{permission} otherwise, and when a fresh token was refused too.
  std::string renewed_authorization();

  // Makes `username` the active user. Throws Error{permission} for a wrong password.
  void login(const std::string& username, const std::string& password);
  // Ends the session at the master and forgets the token of the named or active user, or of every user of
  // this master. A master that does not answer, or knows the token no more, does not keep it from being
  // forgotten.
  void logout(bool all);

 private:
  struct Chosen {
    std::string name;
    bool nobody_asked_for = false;  // `determined`, for want of anyone else
  };
  Chosen chosen();
  std::optional<std::string> kept_token(const Chosen& user);
  std::string password_of(const Chosen& user);
  std::string sign_in(const std::string& name, const std::string& password);
  void end(const std::string& name, const std::string& token);

  std::string address_;
  http::Transport& transport_;
  TokenStore& tokens_;
  Identity identity_;
  PasswordPrompt ask_password_;
  std::string token_;
  bool fresh_ = false;  // token_ came from a login of this process
};

}  // namespace det::client
