#include "storage/small_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>

#include "storage/descriptor.hpp"

namespace det::storage {

std::optional<std::string> small_file(int directory, const std::string& name, std::size_t limit_bytes) {
  const Descriptor file(openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat facts {};
  if (!file || fstat(file.number(), &facts) != 0 || !S_ISREG(facts.st_mode)) return std::nullopt;
  if (static_cast<std::uint64_t>(facts.st_size) > limit_bytes) return std::nullopt;
  std::string text(static_cast<std::size_t>(facts.st_size), '\0');
  std::size_t length = 0;
  while (length < text.size()) {
    const auto got = read(file.number(), text.data() + length, text.size() - length);
    if (got <= 0) return std::nullopt;
    length += static_cast<std::size_t>(got);
  }
  return text;
}

}  // namespace det::storage
