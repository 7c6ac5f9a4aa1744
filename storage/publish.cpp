#include "storage/publish.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

#include "model/error.hpp"
#include "storage/beneath.hpp"
#include "storage/file_selection.hpp"
#include "storage/local_disk.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

namespace fs = std::filesystem;

std::string shown(const fs::path& path) {
  return printable(path.native());
}

void write_receipt(int directory, std::string_view text) {
  const std::string name(receipt_name);
  const Descriptor file(
      openat(directory, name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!file) throw local_disk_error("write " + name, errno);
  while (!text.empty()) {
    const auto written = write(file.number(), text.data(), text.size());
    if (written < 0) throw local_disk_error("write " + name, errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// True when the staged directory now is the target; false when the target holds something.
bool renamed_whole(const Staging& staging) {
  const auto& target = staging.place().target;
  struct stat facts {};
  // An empty directory that stands there gives way, its permissions stay.
  if (lstat(target.c_str(), &facts) == 0) fchmod(staging.files(), facts.st_mode & 07777U);
  if (rename(staging.files_path().c_str(), target.c_str()) == 0) return true;
  if (errno == ENOTEMPTY || errno == EEXIST) return false;
  throw local_disk_error("put the files in place as " + shown(target), errno);
}

class Moving {
 public:
  explicit Moving(const Staging& staging)
      : staging_(staging),
        target_(open(staging.place().target.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) {
    if (!target_) throw local_disk_error("open " + shown(staging.place().target), errno);
  }

  void folder(const std::string& path) const {
    if (make_folders_beneath(target_.number(), path)) return;
    if (!staging_.options().force) throw refusal(path, errno);
    clear_the_way(path);
    if (!make_folders_beneath(target_.number(), path)) throw refusal(path, errno);
  }

  // That of another checkpoint would pass for one of what is mixed here meanwhile.
  void drop_receipt() const { unlinkat(target_.number(), std::string(receipt_name).c_str(), 0); }

  void file(const std::string& path) const {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return rename_into(target_.number(), path, path);
    folder(path.substr(0, slash));
    const auto parent =
        open_beneath(target_.number(), path.substr(0, slash), O_PATH | O_DIRECTORY, Links::refused);
    if (!parent) throw refusal(path, errno);
    rename_into(parent.number(), path, path.substr(slash + 1));
  }

 private:
  void rename_into(int parent, const std::string& path, const std::string& name) const {
    if (renameat(staging_.files(), path.c_str(), parent, name.c_str()) == 0) return;
    if (errno != EISDIR || !staging_.options().force) throw refusal(path, errno);
    const bool replaced = unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0 &&
                          renameat(staging_.files(), path.c_str(), parent, name.c_str()) == 0;
    if (!replaced) throw refusal(path, errno);
  }

  // Removes a link or a file that stands where a folder of the checkpoint belongs.
  void clear_the_way(const std::string& path) const {
    for (auto end = path.find('/'); true; end = path.find('/', end + 1)) {
      const auto part = path.substr(0, end);
      const auto slash = part.rfind('/');
      const auto above = slash == std::string::npos ? "." : part.substr(0, slash);
      const auto name = slash == std::string::npos ? part : part.substr(slash + 1);
      const auto parent = open_beneath(target_.number(), above, O_PATH | O_DIRECTORY, Links::refused);
      // A folder is no obstacle, and is not removed so.
      if (parent) unlinkat(parent.number(), name.c_str(), 0);
      if (end == std::string::npos) return;
    }
  }

  Error refusal(const std::string& path, int error_number) const {
    const auto& target = staging_.place().target;
    const bool in_the_way = error_number == ENOTDIR || error_number == EISDIR || error_number == ENOTEMPTY ||
                            error_number == EEXIST || error_number == ELOOP;
    if (!in_the_way) return local_disk_error("write " + shown(target / path), error_number);
    return Error(Failure::held, fmt::format("{} holds something else: it is in the way of \"{}\"",
                                            shown(target), printable(path)));
  }

  const Staging& staging_;
  Descriptor target_;
};

void move_entries(const Staging& staging) {
  const Moving moving(staging);
  if (staging.options().force) moving.drop_receipt();
  for (const auto& folder : staging.list().folders()) {
    if (is_wanted(folder, staging.options())) moving.folder(stored_path(folder));
  }
  for (const auto& file : staging.finished()) moving.file(stored_path(file.first));
  moving.file(std::string(receipt_name));
}

}  // namespace

void publish(Staging& staging, std::string_view receipt_text) {
  write_receipt(staging.files(), receipt_text);
  if (staging.options().sync && syncfs(staging.files()) != 0) {
    const int cause = errno;
    // Which bytes did not reach the disk is not told, and reading may still show them: none is taken over.
    staging.discard();
    throw local_disk_error("write " + shown(staging.files_path()), cause);
  }
  if (!staging.place().renamed_whole || !renamed_whole(staging)) move_entries(staging);
}

}  // namespace det::storage
