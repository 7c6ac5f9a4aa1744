#include "sources/metadata_beside.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "storage/descriptor.hpp"
#include "storage/metadata_file.hpp"

namespace det::sources {
namespace {

constexpr off_t largest = off_t{16} << 20;
constexpr int deepest = 100;

// Empty: it cannot be read.
std::string contents(const std::filesystem::path& path) {
  const storage::Descriptor file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat facts {};
  if (!file || fstat(file.number(), &facts) != 0) return {};
  if (!S_ISREG(facts.st_mode) || facts.st_size > largest) return {};
  std::string text(static_cast<std::size_t>(facts.st_size), '\0');
  const auto got = pread(file.number(), text.data(), text.size(), 0);
  return got == facts.st_size ? text : std::string();
}

}  // namespace

model::Json metadata_beside(const std::filesystem::path& directory) {
  const auto text = contents(directory / storage::metadata_name);
  bool too_deep = false;
  const auto note_depth = [&](int depth, model::Json::parse_event_t, const model::Json&) {
    too_deep = too_deep || depth > deepest;
    return depth <= deepest;
  };
  constexpr bool throws = false;
  auto metadata = model::Json::parse(text, note_depth, throws);
  return metadata.is_object() && !too_deep ? metadata : model::Json();
}

}  // namespace det::sources
