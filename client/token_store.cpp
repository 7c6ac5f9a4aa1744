#include "client/token_store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include "client/descriptor.hpp"
#include "client/small_file.hpp"
#include "model/error.hpp"

namespace det::client {
namespace {

using std::filesystem::path;

[[noreturn]] void fail(const std::string& doing, const path& file) {
  const int reason = errno;
  throw Error(Failure::local_disk, "could not " + doing + " " + file.string() + ": " + std::strerror(reason))
      .caused_by(reason);
}

path beside(const path& file, const char* ending) {
  return file.string() + ending;
}

// Takes away what others may do. Best effort: the file may be someone else's.
void narrow(const path& place, mode_t mode) {
  struct stat facts {};
  if (::stat(place.c_str(), &facts) != 0 || facts.st_uid != ::geteuid()) return;
  if ((facts.st_mode & 077) != 0) ::chmod(place.c_str(), mode);
}

// A directory that the user chose by DET_DEBUG_CONFIG_PATH may hold other things, and keeps its mode.
void prepare_directory(const path& directory) {
  std::error_code problem;
  std::filesystem::create_directories(directory.parent_path(), problem);
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) fail("make the directory", directory);
  if (directory.filename() == "determined") narrow(directory, 0700);
}

// Holds the lock that the official client takes, too.
class Lock {
 public:
  Lock(const path& file, const http::Cancellation& cancellation)
      : descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (descriptor_.number() < 0) fail("open the lock", file);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (::flock(descriptor_.number(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK && errno != EINTR) fail("take the lock", file);
      if (std::chrono::steady_clock::now() > deadline) {
        throw Error(Failure::held, "another process holds the lock " + file.string()).worth_retrying();
      }
      cancellation.check();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

 private:
  Descriptor descriptor_;
};

void write_all(int descriptor, std::string_view text, const path& file) {
  while (!text.empty()) {
    const ssize_t put = ::write(descriptor, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) fail("write", file);
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  if (::fsync(descriptor) != 0) fail("write", file);
}

// Under the lock, so that the temporary file has one owner; a stale one is left from a kill.
void replace(const path& file, const std::string& text) {
  const path temporary = beside(file, ".temp");
  ::unlink(temporary.c_str());
  const Descriptor made(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (made.number() < 0) fail("write", temporary);
  write_all(made.number(), text, temporary);
  if (::rename(temporary.c_str(), file.c_str()) != 0) fail("write", file);
}

}  // namespace

TokenStore::TokenStore(path directory, std::string master_address, const http::Cancellation& cancellation,
                       Warn warn)
    : file_(std::move(directory) / "auth.json"),
      address_(std::move(master_address)),
      cancellation_(cancellation),
      warn_(std::move(warn)) {}

std::optional<std::string> TokenStore::active_user() {
  return logins().active_user;
}

std::optional<std::string> TokenStore::token(const std::string& user) {
  const auto& tokens = logins().tokens;
  const auto found = tokens.find(user);
  return found == tokens.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> TokenStore::users() {
  std::vector<std::string> names;
  for (const auto& [name, token] : logins().tokens) names.push_back(name);
  return names;
}

void TokenStore::log_in(const std::string& user, const std::string& token) {
  update([&](Logins& logins) {
    logins.tokens[user] = token;
    logins.active_user = user;
  });
}

void TokenStore::log_out(const std::string& user) {
  update([&](Logins& logins) {
    logins.tokens.erase(user);
    if (logins.active_user == user) logins.active_user.reset();
  });
}

void TokenStore::clear_active() {
  update([](Logins& logins) { logins.active_user.reset(); });
}

void TokenStore::remember(const std::string& user, const std::string& token) {
  try_to_update([&](Logins& logins) { logins.tokens[user] = token; });
}

void TokenStore::forget(const std::string& user, const std::string& refused_token) {
  try_to_update([&](Logins& logins) {
    const auto found = logins.tokens.find(user);
    if (found != logins.tokens.end() && found->second == refused_token) logins.tokens.erase(found);
  });
}

const Logins& TokenStore::logins() {
  if (!logins_) logins_ = load()[address_];
  return *logins_;
}

LoginFile TokenStore::load() const {
  const auto text = small_file(file_);
  if (!text) return {};
  narrow(file_, 0600);
  if (auto logins = parse_login_file(*text, address_)) return *logins;
  if (warn_) put_aside();
  return {};
}

// Never fails: what cannot be put aside is still not believed.
void TokenStore::put_aside() const {
  const path aside = beside(file_, ".corrupted");
  const bool moved = ::rename(file_.c_str(), aside.c_str()) == 0;
  warn_("the token file " + file_.string() + " is damaged" +
        (moved ? " and was put aside as " + aside.string() : ""));
}

void TokenStore::update(const std::function<void(Logins&)>& change) {
  prepare_directory(file_.parent_path());
  const Lock lock(beside(file_, ".lock"), cancellation_);
  auto all = load();
  change(all[address_]);
  replace(file_, login_file_text(all));
  logins_ = all[address_];
}

// Catches, for the command can do its work without the file; what it reads now is changed all the same.
void TokenStore::try_to_update(const std::function<void(Logins&)>& change) {
  try {
    update(change);
  } catch (const Error& error) {
    if (error.failure != Failure::local_disk && error.failure != Failure::held) throw;
    if (warn_) warn_("the token file was not changed: " + error.message);
    if (!logins_) logins_.emplace();
    change(*logins_);
  }
}

}  // namespace det::client
