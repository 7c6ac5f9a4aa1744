#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace det::client {

// The tokens of one master in the official client's auth.json, which both tools share: {"version": 2,
// "masters": {ADDRESS:
// {"active_user": NAME, "tokens": {NAME: TOKEN}}}}; versions 0 and 1 are read too. The file is read once,
// when it is first needed; a change reads it again under the official lock (flock on auth.json.lock), and
// replaces it by rename, mode 0600 in a 0700 directory. A file that is no such document is put aside as
// auth.json.corrupted and said so through `warn`. Throws Error{local_disk} when it cannot be read or written.
class TokenStore {
 public:
  using Warn = std::function<void(std::string_view sentence)>;

  TokenStore(std::filesystem::path directory, std::string master_address, Warn warn);

  std::optional<std::string> active_user();
  std::optional<std::string> token(const std::string& user);
  // Everyone with a token for this master.
  std::vector<std::string> users();

  void set_token(const std::string& user, const std::string& token);
  void set_active(const std::string& user);
  void drop(const std::string& user);
  void clear_active();

 private:
  struct Entry {
    std::optional<std::string> active_user;
    std::vector<std::pair<std::string, std::string>> tokens;
  };
  const Entry& entry();

  std::filesystem::path file_;
  std::string address_;
  Warn warn_;
  std::optional<Entry> entry_;
};

}  // namespace det::client
