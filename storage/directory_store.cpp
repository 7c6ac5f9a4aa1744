#include "storage/directory_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <random>
#include <utility>

#include "model/error.hpp"
#include "storage/beneath.hpp"
#include "storage/local_disk.hpp"
#include "storage/relative_path.hpp"
#include "storage/removal.hpp"

namespace det::storage {
namespace {

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
constexpr std::size_t piece_bytes = std::size_t{256} << 10U;
constexpr int deepest = 100;
constexpr std::string_view staged_prefix = ".det-put-";

Error failed(std::string_view doing, std::string_view name, int error_number) {
  return Error(Failure::storage,
               fmt::format("cannot {} {}: {}", doing, printable(name), reason(error_number)))
      .caused_by(error_number);
}

Error refused(std::string_view name, std::string_view why) {
  return Error(Failure::storage, fmt::format("{} is not touched: {}", printable(name), why));
}

bool means_absent(int error_number) {
  return error_number == ENOENT || error_number == ENOTDIR;
}

Descriptor opened_base(const std::filesystem::path& root, const std::filesystem::path& base) {
  Descriptor trusted(open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const auto below = base.lexically_relative(root).native();
  if (below != "." && trusted) {
    require_relative(below);
    trusted = open_beneath(trusted.number(), below, folder_flags, Links::refused);
  }
  if (!trusted && errno != ENOENT) throw failed("open", base.native(), errno);
  return trusted;
}

std::string beside(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

// Adds what lies directly in `folder` of a checkpoint, and to `folders` those that are still to be looked at.
void list_folder(int directory, const std::string& folder, std::vector<std::string>& folders,
                 std::vector<StoredObject>& files) {
  for (const auto& name : names_in(directory)) {
    struct stat facts {};
    if (fstatat(directory, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) continue;
      throw failed("look at", beside(folder, name), errno);
    }
    if (S_ISDIR(facts.st_mode)) {
      folders.push_back(beside(folder, name));
      files.push_back({folders.back() + "/", 0});
    } else if (S_ISREG(facts.st_mode) && !name.starts_with(staged_prefix)) {
      files.push_back({beside(folder, name), static_cast<std::uint64_t>(facts.st_size)});
    }
  }
}

// A file that is being put in place: gone with this unless it is finished.
class Staged {
 public:
  explicit Staged(int folder)
      : folder_(folder), name_(fmt::format("{}{:08x}", staged_prefix, std::random_device()())) {
    file_ =
        Descriptor(openat(folder, name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
    if (!file_) throw failed("write", name_, errno);
  }
  ~Staged() {
    if (!name_.empty()) unlinkat(folder_, name_.c_str(), 0);
  }
  Staged(const Staged&) = delete;
  Staged& operator=(const Staged&) = delete;

  void write_all(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto written = write(file_.number(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) throw failed("write", name_, errno);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  void finish(const std::string& name) {
    if (fsync(file_.number()) != 0) throw failed("write", name, errno);
    if (renameat(folder_, name_.c_str(), folder_, name.c_str()) != 0)
      throw failed("put in place", name, errno);
    name_.clear();
    if (fsync(folder_) != 0) throw failed("put in place", name, errno);
  }

 private:
  int folder_;
  std::string name_;
  Descriptor file_;
};

// Removes what is chosen below an open folder; returns the first failure, or "".
std::string remove_chosen(int directory, const std::string& folder, const Chosen& chosen, int depth) {
  if (depth > deepest) return "cannot look into " + printable(folder) + ": it lies too deep";
  std::string failure;
  for (const auto& name : names_in(directory)) {
    const auto path = beside(folder, name);
    const Descriptor below(openat(directory, name.c_str(), folder_flags | O_CLOEXEC));
    if (!below && errno != ENOTDIR && errno != ELOOP && failure.empty()) {
      failure = fmt::format("cannot open {}: {}", printable(path), reason(errno));
    }
    std::string failed_here;
    if (chosen(below ? path + "/" : path)) {
      failed_here = remove_tree(directory, name);
    } else if (below) {
      failed_here = remove_chosen(below.number(), path, chosen, depth + 1);
    }
    if (failure.empty()) failure = failed_here;
  }
  return failure;
}

}  // namespace

DirectoryStore::DirectoryStore(const std::filesystem::path& root, const std::filesystem::path& base)
    : base_(base), directory_(opened_base(root, base)) {}

std::optional<std::vector<StoredObject>> DirectoryStore::list(const std::string& folder) const {
  require_relative(folder);
  if (!directory_) return std::nullopt;
  std::vector<StoredObject> files;
  std::vector<std::string> folders{""};
  while (!folders.empty()) {
    const auto here = std::exchange(folders.back(), {});
    folders.pop_back();
    const auto path = here.empty() ? folder : folder + "/" + here;
    const auto open_folder = open_beneath(directory_.number(), path, folder_flags, Links::refused);
    if (!open_folder && errno == ENOENT && here.empty()) return std::nullopt;
    if (!open_folder) throw failed("open", path, errno);
    list_folder(open_folder.number(), here, folders, files);
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

bool DirectoryStore::read(const std::string& name, ByteRange range, const ByteSink& sink) const {
  require_relative(name);
  if (!directory_) return false;
  const auto file = open_beneath(directory_.number(), name, O_RDONLY | O_NONBLOCK | O_NOCTTY, Links::refused);
  if (!file && means_absent(errno)) return false;
  if (!file) throw failed("open", name, errno);
  struct stat facts {};
  if (fstat(file.number(), &facts) != 0) throw failed("read", name, errno);
  if (!S_ISREG(facts.st_mode)) throw refused(name, "it is no regular file");
  std::string piece(std::min<std::uint64_t>(piece_bytes, range.length), '\0');
  while (range.length > 0) {
    const auto wanted = std::min<std::uint64_t>(piece.size(), range.length);
    const auto got = pread(file.number(), piece.data(), wanted, static_cast<off_t>(range.offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw failed("read", name, errno);
    const auto length = static_cast<std::size_t>(got);
    if (length == 0 || !sink(std::string_view(piece).substr(0, length))) break;
    range.offset += length;
    range.length -= length;
  }
  return true;
}

void DirectoryStore::put(const std::string& name, const Pieces& bytes) {
  require_relative(name);
  if (!directory_) throw failed("write below", base_.native(), ENOENT);
  const auto slash = name.rfind('/');
  const auto folder = slash == std::string::npos ? std::string() : name.substr(0, slash);
  if (!folder.empty() && !make_folders_beneath(directory_.number(), folder))
    throw failed("make", folder, errno);
  const auto parent = folder.empty()
                          ? Descriptor(openat(directory_.number(), ".", folder_flags | O_CLOEXEC))
                          : open_beneath(directory_.number(), folder, folder_flags, Links::refused);
  if (!parent) throw failed("open", folder, errno);
  const auto last = slash == std::string::npos ? name : name.substr(slash + 1);
  struct stat facts {};
  const bool exists = fstatat(parent.number(), last.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0;
  if (exists && !S_ISREG(facts.st_mode)) throw refused(name, "it is no regular file");
  Staged staged(parent.number());
  for (auto piece = bytes(); !piece.empty(); piece = bytes()) staged.write_all(piece);
  staged.finish(last);
}

void DirectoryStore::remove(const std::string& name) {
  require_relative(name);
  if (!directory_) return;
  const auto slash = name.rfind('/');
  const auto last = slash == std::string::npos ? name : name.substr(slash + 1);
  Descriptor parent;
  if (slash != std::string::npos) {
    parent = open_beneath(directory_.number(), name.substr(0, slash), folder_flags, Links::refused);
    if (!parent && means_absent(errno)) return;
    if (!parent) throw failed("remove", name, errno);
  }
  const int folder = parent ? parent.number() : directory_.number();
  if (unlinkat(folder, last.c_str(), 0) == 0 || errno == ENOENT) return;
  throw failed("remove", name, errno);
}

void DirectoryStore::require_there() const {
  if (directory_) return;
  throw Error(Failure::storage, fmt::format("its storage {} is not there", printable(base_.native())));
}

Removed DirectoryStore::remove_checkpoint(const std::string& checkpoint) {
  require_checkpoint_name(checkpoint);
  require_there();
  const int here = directory_.number();
  const auto trash = ".trash-" + checkpoint;
  auto failure = remove_tree(here, trash);
  if (failure.empty()) {
    struct stat facts {};
    if (fstatat(here, checkpoint.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT) return {.failure = failed("look at", checkpoint, errno).message};
    } else if (!S_ISDIR(facts.st_mode)) {
      return {.failure = refused(checkpoint, "it is no directory").message};
    } else if (renameat2(here, checkpoint.c_str(), here, trash.c_str(), RENAME_NOREPLACE) != 0) {
      failure = failed("remove", checkpoint, errno).message;
    } else {
      failure = remove_tree(here, trash);
    }
  }
  renameat2(here, trash.c_str(), here, checkpoint.c_str(), RENAME_NOREPLACE);
  if (fsync(here) != 0 && failure.empty()) failure = failed("remove", checkpoint, errno).message;
  if (failure.empty()) return {};
  return {.left = files_of(list(checkpoint).value_or(std::vector<StoredObject>())), .failure = failure};
}

Removed DirectoryStore::remove_files(const std::string& checkpoint, const Chosen& chosen) {
  require_checkpoint_name(checkpoint);
  require_there();
  const auto top = open_beneath(directory_.number(), checkpoint, folder_flags, Links::refused);
  if (!top && errno == ENOENT) return {};
  if (!top) return {.failure = failed("open", checkpoint, errno).message};
  auto failure = remove_chosen(top.number(), "", chosen, 0);
  return {.left = files_of(list(checkpoint).value_or(std::vector<StoredObject>())), .failure = failure};
}

}  // namespace det::storage
