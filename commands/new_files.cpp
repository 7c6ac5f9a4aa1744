#include "commands/new_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string_view>
#include <utility>

#include "storage/descriptor.hpp"
#include "storage/local_disk.hpp"

namespace det::commands {
namespace {

Error cannot_write(const std::filesystem::path& path, int error_number) {
  return storage::local_disk_error("write " + path.native(), error_number);
}

void write_all(int file, std::string_view text, const std::filesystem::path& path) {
  while (!text.empty()) {
    const auto written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw cannot_write(path, errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// A file on its way: it goes away with this object unless it was put in its place.
class PendingFile {
 public:
  explicit PendingFile(std::filesystem::path place) : place_(std::move(place)) {}
  PendingFile(PendingFile&& other) noexcept
      : place_(std::move(other.place_)), written_(std::exchange(other.written_, {})) {}
  ~PendingFile() {
    if (!written_.empty()) ::unlink(written_.c_str());
  }

  void write(std::string_view text) {
    const auto file = create();
    write_all(file.number(), text, place_);
  }

  void put_in_place() {
    if (std::rename(written_.c_str(), place_.c_str()) != 0) throw cannot_write(place_, errno);
    written_.clear();
  }

 private:
  // Never opens what somebody else laid out under the name.
  storage::Descriptor create() {
    constexpr int most_attempts = 100;
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
      auto name =
          place_.parent_path() / fmt::format(".{}.{}-{}", place_.filename().native(), ::getpid(), attempt);
      storage::Descriptor file(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
      if (file) {
        written_ = std::move(name);
        return file;
      }
      if (errno != EEXIST) throw cannot_write(place_, errno);
    }
    throw cannot_write(place_, EEXIST);
  }

  std::filesystem::path place_;
  std::filesystem::path written_;
};

void make_directory(const std::filesystem::path& directory) {
  std::error_code failure;
  std::filesystem::create_directories(directory, failure);
  if (failure) throw storage::local_disk_error("make directory " + directory.native(), failure.value());
}

}  // namespace

void write_files(const std::filesystem::path& directory, const std::vector<NewFile>& files) {
  make_directory(directory);
  std::vector<PendingFile> pending;
  for (const auto& file : files) pending.emplace_back(directory / file.name).write(file.text);
  for (auto& file : pending) file.put_in_place();
}

}  // namespace det::commands
