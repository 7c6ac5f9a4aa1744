#include "client/token_store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "client/address.hpp"
#include "model/error.hpp"

namespace det::client {
namespace {

using Document = nlohmann::json;  // keys sorted, as the official client writes them

constexpr std::size_t most_bytes = std::size_t{1} << 20;

[[noreturn]] void fail(std::string_view doing, const std::filesystem::path& path) {
  const int reason = errno;
  throw Error(Failure::local_disk, std::string(doing) + ' ' + path.string() + ": " + std::strerror(reason));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

// The file's text; absent when there is none. A mode that lets others read is narrowed on the way.
std::optional<std::string> text_of(const std::filesystem::path& file) {
  const Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (opened.number() < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    fail("could not read the token file", file);
  }
  struct stat facts {};
  if (::fstat(opened.number(), &facts) == 0 && (facts.st_mode & 077) != 0) ::fchmod(opened.number(), 0600);
  std::string text(most_bytes + 1, '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    const auto got = ::read(opened.number(), text.data() + filled, text.size() - filled);
    if (got < 0) fail("could not read the token file", file);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  text.resize(filled);
  return text;
}

bool is_entry(const Document& entry) {
  if (!entry.is_object()) return false;
  if (entry.contains("active_user") && !entry["active_user"].is_string()) return false;
  if (!entry.contains("tokens")) return true;
  if (!entry["tokens"].is_object()) return false;
  for (const auto& token : entry["tokens"]) {
    if (!token.is_string()) return false;
  }
  return true;
}

// Version 1 may name one master in several ways: their tokens are joined under the canonical one.
Document canonical_masters(const Document& masters) {
  Document joined = Document::object();
  for (const auto& [address, entry] : masters.items()) {
    std::string canonical;
    try {
      canonical = canonical_address(address);
    } catch (const Error&) {
      continue;  // as the official client does
    }
    auto& kept = joined[canonical];
    kept["tokens"].update(entry.value("tokens", Document::object()));
    if (entry.contains("active_user") && !kept.contains("active_user"))
      kept["active_user"] = entry["active_user"];
  }
  return joined;
}

// The document in version 2; absent when the text is no token file.
std::optional<Document> version_2(const std::string& text, const std::string& address) {
  auto document = Document::parse(text, nullptr, false);
  if (!document.is_object()) return std::nullopt;
  const auto version = document.value("version", Document(0));
  if (!version.is_number_integer()) return std::nullopt;
  const bool nested = version.get<int>() >= 1;
  if (!nested) document.erase("version");
  Document masters = nested ? document.value("masters", Document::object()) : Document{{address, document}};
  if (!masters.is_object()) return std::nullopt;
  for (const auto& entry : masters) {
    if (!is_entry(entry)) return std::nullopt;
  }
  return Document{{"version", 2}, {"masters", canonical_masters(masters)}};
}

Document load(const std::filesystem::path& file, const std::string& address, const TokenStore::Warn& warn) {
  const auto text = text_of(file);
  if (!text) return {{"version", 2}, {"masters", Document::object()}};
  if (auto document = version_2(*text, address); document && text->size() <= most_bytes) return *document;
  auto aside = file;
  aside += ".corrupted";
  if (::rename(file.c_str(), aside.c_str()) != 0) fail("could not put aside the token file", file);
  if (warn) warn("the token file " + file.string() + " is not valid: it was put aside as " + aside.string());
  return {{"version", 2}, {"masters", Document::object()}};
}

void replace(const std::filesystem::path& file, const std::string& text) {
  auto temporary = file;
  temporary += ".temp";
  ::unlink(temporary.c_str());
  const Descriptor made(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (made.number() < 0) fail("could not write the token file", temporary);
  std::size_t written = 0;
  while (written < text.size()) {
    const auto put = ::write(made.number(), text.data() + written, text.size() - written);
    if (put < 0) fail("could not write the token file", temporary);
    written += static_cast<std::size_t>(put);
  }
  if (::fsync(made.number()) != 0 || ::rename(temporary.c_str(), file.c_str()) != 0) {
    fail("could not write the token file", file);
  }
}

// Reads, changes and writes the document under the official lock.
template <typename Change>
void update(const std::filesystem::path& file, const std::string& address, const TokenStore::Warn& warn,
            Change&& change) {
  std::error_code existing;
  std::filesystem::create_directories(file.parent_path(), existing);
  ::chmod(file.parent_path().c_str(), 0700);
  auto lock_file = file;
  lock_file += ".lock";
  const Descriptor lock(::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.number() < 0) fail("could not lock the token file", lock_file);
  while (::flock(lock.number(), LOCK_EX) != 0) {
    if (errno != EINTR) fail("could not lock the token file", lock_file);
  }
  auto document = load(file, address, warn);
  change(document["masters"][address]);
  replace(file, document.dump(4, ' ', true, Document::error_handler_t::replace));
}

}  // namespace

TokenStore::TokenStore(std::filesystem::path directory, std::string master_address, Warn warn)
    : file_(std::move(directory) / "auth.json"),
      address_(std::move(master_address)),
      warn_(std::move(warn)) {}

const TokenStore::Entry& TokenStore::entry() {
  if (entry_) return *entry_;
  entry_.emplace();
  const auto document = load(file_, address_, warn_);
  const auto found = document["masters"].find(address_);
  if (found == document["masters"].end()) return *entry_;
  if (found->contains("active_user")) entry_->active_user = (*found)["active_user"].get<std::string>();
  for (const auto& [user, token] : found->value("tokens", Document::object()).items()) {
    entry_->tokens.emplace_back(user, token.get<std::string>());
  }
  return *entry_;
}

std::optional<std::string> TokenStore::active_user() {
  return entry().active_user;
}

std::optional<std::string> TokenStore::token(const std::string& user) {
  for (const auto& [name, token] : entry().tokens) {
    if (name == user) return token;
  }
  return std::nullopt;
}

std::vector<std::string> TokenStore::users() {
  std::vector<std::string> names;
  for (const auto& [name, token] : entry().tokens) names.push_back(name);
  return names;
}

void TokenStore::set_token(const std::string& user, const std::string& token) {
  update(file_, address_, warn_, [&](Document& entry) { entry["tokens"][user] = token; });
  entry_.reset();
}

void TokenStore::set_active(const std::string& user) {
  update(file_, address_, warn_, [&](Document& entry) { entry["active_user"] = user; });
  entry_.reset();
}

void TokenStore::drop(const std::string& user) {
  if (!token(user)) return;
  update(file_, address_, warn_, [&](Document& entry) { entry["tokens"].erase(user); });
  entry_.reset();
}

void TokenStore::clear_active() {
  if (!active_user()) return;
  update(file_, address_, warn_, [&](Document& entry) { entry.erase("active_user"); });
  entry_.reset();
}

}  // namespace det::client
