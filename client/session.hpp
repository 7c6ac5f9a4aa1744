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
  bool signs_in = true;  // false: only by a token that is there; without a good one, Error{permission}
};

// How to get a secret from whoever runs the command.
struct PasswordPrompt {
  // Throws Error{declined} where there is nobody to ask.
  std::function<std::string(const std::string& prompt)> ask;
  bool at_terminal = false;  // a person answers, not a script's input
};

// Signs requests to one master. Who asks: the owner of DET_AUTH_TOKEN; the user of -u; DET_USER where
// DET_PASS is set, too; the active user of the token file; DET_USER where DET_USER_TOKEN is set; user
// `determined`. By which token: the cached one; DET_USER_TOKEN, if it is that user's or the active user has
// none; else by one from a login with the password (DET_PASS if it is that user's, the empty one for
// `determined` whom nobody asked for, or asked). Cached tokens are used without being checked first: a master
// that refuses one answers 401, and then renewed_authorization() is called.
class Session {
 public:
  Session(std::string address, http::Transport& transport, TokenStore& tokens, Identity identity,
          PasswordPrompt password_prompt);

  const std::string& address() const { return address_; }
  // Who asks, without asking the master; empty with DET_AUTH_TOKEN, whose owner only the master knows.
  std::string username();

  // The value of the Authorization header. Signs in when no token is there (one request) and keeps the new
  // one. Throws Error{permission}.
  std::string authorization();
  // After a 401: forgets the token that was refused. Takes a newer one that another process has kept
  // meanwhile, else signs in once more where the password is set or a person at a terminal can be asked.
  // Throws Error{permission} otherwise, and when the refused token was fresh.
  std::string renewed_authorization();

  // Makes `username` the active user. Throws Error{permission} for a wrong password.
  void login(const std::string& username, const std::string& password);
  // The same with a token that the master gave in another way.
  void adopt(const std::string& username, const std::string& token);
  // Forgets the token of the user who asks, then ends the session at the master, as far as it knows and
  // answers.
  void logout();
  // The same of every user with a token for this master.
  void logout_all();

 private:
  // Whoever asks, and what is known of them without asking anyone.
  struct Asker {
    std::string name;
    std::optional<std::string> token = {};
    bool is_fallback = false;  // `determined`, for want of anyone else
  };
  Asker asker();
  Asker named(const std::string& name);
  std::optional<std::string> set_password(const Asker& asker) const;

  std::optional<std::string> new_token(const std::string& username, const std::string& password);
  std::string signed_in(const Asker& asker);
  void end(const std::string& token);

  std::string address_;
  http::Transport& transport_;
  TokenStore& tokens_;
  Identity identity_;
  PasswordPrompt password_prompt_;
  std::string token_;
  bool is_fresh_ = false;  // token_ came from a login of this process
};

}  // namespace det::client
