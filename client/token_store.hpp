#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/login_file.hpp"
#include "http/cancellation.hpp"

namespace det::client {

// The tokens of one master in auth.json, which the official client shares. The file is read when a token is
// first asked for, and its mode narrowed to 0600. A change reads it again under the official lock (flock on
// auth.json.lock, waited for up to ten seconds: Error{held}) and replaces it by rename, in a directory of
// mode 0700. A file that is no token file is put aside as auth.json.corrupted, and said so through `warn`:
// nobody is signed in then. Without `warn` it is left where it lies, and nobody is signed in either.
// Error{local_disk} when the file cannot be read or written.
class TokenStore {
 public:
  using Warn = std::function<void(std::string_view sentence)>;

  // `cancellation` ends the wait for the lock, and outlives the store.
  TokenStore(std::filesystem::path directory, std::string master_address,
             const http::Cancellation& cancellation, Warn warn);

  std::optional<std::string> active_user();
  std::optional<std::string> token(const std::string& user);
  // Everyone with a token for this master.
  std::vector<std::string> users();

  // Keeps a token, and makes its user the active one.
  void log_in(const std::string& user, const std::string& token);
  // Forgets the user's token, and that the user is the active one.
  void log_out(const std::string& user);
  void clear_active();

  // These are a convenience: a file that cannot be written is only warned of.
  void remember(const std::string& user, const std::string& token);
  // Forgets the user's token, unless it has been replaced by another meanwhile.
  void forget(const std::string& user, const std::string& refused_token);

 private:
  const Logins& logins();
  LoginFile load() const;
  void update(const std::function<void(Logins&)>& change);
  void try_to_update(const std::function<void(Logins&)>& change);
  void put_aside() const;

  std::filesystem::path file_;
  std::string address_;
  const http::Cancellation& cancellation_;
  Warn warn_;
  std::optional<Logins> logins_;
};

}  // namespace det::client
