#include "storage/removal.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "model/error.hpp"
#include "storage/descriptor.hpp"
#include "storage/local_disk.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

// Each level holds a descriptor: what lies deeper is moved up first.
constexpr int deepest = 100;

std::optional<dev_t> device_of(int directory) {
  struct stat facts {};
  if (fstat(directory, &facts) != 0) return std::nullopt;
  return facts.st_dev;
}

class Removal {
 public:
  explicit Removal(int directory) : device_(device_of(directory)) {}

  std::string of(int directory, const std::string& name) {
    do {
      failure_.clear();
      moved_up_ = false;
      remove(directory, name, 0);
    } while (moved_up_);
    return std::move(failure_);
  }

 private:
  void remove(int parent, const std::string& name, int depth) {
    if (unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT) return;
    if (errno != EISDIR) return fail(name, reason(errno));
    if (depth == deepest) return move_up(parent, name);
    const Descriptor directory(openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!directory) return fail(name, reason(errno));
    if (device_of(directory.number()) != device_) return fail(name, "a file system is mounted there");
    if (depth == 0) top_ = directory.number();
    empty(directory.number(), depth);
    if (unlinkat(parent, name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) fail(name, reason(errno));
  }

  void empty(int directory, int depth) try {
    for (const auto& name : names_in(directory)) remove(directory, name, depth + 1);
  } catch (const Error& error) {
    keep(error.message);
  }

  void move_up(int parent, const std::string& name) {
    const auto place = fmt::format(".deep-{}", ++moved_);
    if (renameat(parent, name.c_str(), top_, place.c_str()) != 0) return fail(name, reason(errno));
    moved_up_ = true;
  }

  void fail(std::string_view name, std::string_view why) {
    keep(fmt::format("cannot remove {}: {}", printable(name), why));
  }

  void keep(std::string failure) {
    if (failure_.empty()) failure_ = std::move(failure);
  }

  std::optional<dev_t> device_;
  int top_ = -1;
  int moved_ = 0;
  bool moved_up_ = false;
  std::string failure_;
};

}  // namespace

std::vector<std::string> names_in(int directory) {
  const int again = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(again < 0 ? nullptr : fdopendir(again), closedir);
  if (!stream) throw Error(Failure::storage, "cannot list a folder: " + reason(errno)).caused_by(errno);
  std::vector<std::string> names;
  errno = 0;
  while (const auto* entry = readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) throw Error(Failure::storage, "cannot list a folder: " + reason(errno)).caused_by(errno);
  return names;
}

std::string remove_tree(int directory, const std::string& name) {
  return Removal(directory).of(directory, name);
}

}  // namespace det::storage
