#include "client/small_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "client/descriptor.hpp"
#include "model/error.hpp"

namespace det::client {
namespace {

constexpr std::size_t longest_bytes = std::size_t{1} << 20;

Error unreadable(const std::filesystem::path& file, const std::string& why) {
  return Error(Failure::local_disk, "could not read " + file.string() + ": " + why);
}

}  // namespace

std::optional<std::string> small_file(const std::filesystem::path& file) {
  const Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (opened.number() < 0 && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  if (opened.number() < 0) throw unreadable(file, std::strerror(errno));
  struct stat facts {};
  if (::fstat(opened.number(), &facts) != 0 || !S_ISREG(facts.st_mode))
    throw unreadable(file, "it is no regular file");
  std::string text;
  for (;;) {
    const std::size_t filled = text.size();
    if (filled > longest_bytes) throw unreadable(file, "it is longer than a mebibyte");
    text.resize(filled + 16 * 1024);
    const ssize_t got = ::read(opened.number(), text.data() + filled, text.size() - filled);
    if (got < 0) throw unreadable(file, std::strerror(errno));
    text.resize(filled + static_cast<std::size_t>(got));
    if (got == 0) return text;
  }
}

}  // namespace det::client
