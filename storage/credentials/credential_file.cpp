#include "storage/credentials/credential_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "model/error.hpp"
#include "storage/descriptor.hpp"
#include "storage/local_disk.hpp"
#include "storage/relative_path.hpp"

namespace det::storage::credentials {
namespace {

constexpr std::size_t longest_bytes = std::size_t{1} << 20U;
constexpr std::size_t piece_bytes = std::size_t{16} << 10U;

Error unreadable(const std::filesystem::path& file, const std::string& why) {
  return Error(Failure::storage,
               fmt::format("cannot read the credentials in {}: {}", printable(file.native()), why));
}

}  // namespace

std::optional<std::string> credential_file(const std::filesystem::path& file) {
  const Descriptor opened(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!opened && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  if (!opened) throw unreadable(file, reason(errno));
  struct stat facts {};
  if (fstat(opened.number(), &facts) != 0 || !S_ISREG(facts.st_mode)) {
    throw unreadable(file, "it is no regular file");
  }
  std::string text;
  while (text.size() <= longest_bytes) {
    const auto filled = text.size();
    text.resize(filled + piece_bytes);
    const auto got = read(opened.number(), text.data() + filled, piece_bytes);
    if (got < 0) throw unreadable(file, reason(errno));
    text.resize(filled + static_cast<std::size_t>(got));
    if (got == 0) return text;
  }
  throw unreadable(file, "it is longer than a mebibyte");
}

}  // namespace det::storage::credentials
