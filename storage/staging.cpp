#include "storage/staging.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include "storage/beneath.hpp"
#include "storage/file_selection.hpp"
#include "storage/local_disk.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

namespace fs = std::filesystem;

constexpr const char* files_name = "files";
constexpr const char* journal_name = "journal";
constexpr std::uint64_t worth_reserving = std::uint64_t{1} << 20U;

std::string writing(std::string_view path) {
  return fmt::format("write {}", printable(path));
}

Error in_the_way(std::string_view path) {
  return Error(Failure::integrity,
               fmt::format("\"{}\" cannot be stored: it occurs twice, or this file system takes its name for "
                           "another file's",
                           printable(path)));
}

Descriptor open_files(const fs::path& path) {
  if (mkdir(path.c_str(), 0777) != 0 && errno != EEXIST)
    throw local_disk_error(writing(path.native()), errno);
  Descriptor files(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!files) throw local_disk_error(writing(path.native()), errno);
  return files;
}

// The apparent size stays that of what was written, so that a file cut short never looks complete.
void set_space_aside(int file, std::string_view path, std::uint64_t size_bytes) {
  if (size_bytes < worth_reserving) return;
  const int failed = fallocate(file, FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(size_bytes));
  const bool full = failed != 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG);
  if (full) throw local_disk_error(writing(path), errno);
}

bool is_whole(int directory, const std::string& path, std::uint64_t size_bytes) {
  struct stat facts {};
  return fstatat(directory, path.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(facts.st_mode) &&
         static_cast<std::uint64_t>(facts.st_size) == size_bytes;
}

}  // namespace

StagedFile::StagedFile(Staging& staging, std::string path, std::uint64_t size_bytes, Descriptor file)
    : staging_(staging), path_(std::move(path)), size_bytes_(size_bytes), file_(std::move(file)) {}

void StagedFile::reserve() {
  if (!std::exchange(staging_.space_checked_, true)) staging_.require_space();
  set_space_aside(file_.number(), path_, size_bytes_);
}

void StagedFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file_.number(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw local_disk_error(writing(path_), errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
    wrote(static_cast<std::uint64_t>(written));
  }
}

void StagedFile::wrote(std::uint64_t bytes) {
  written_bytes_ += bytes;
  if (written_bytes_ <= size_bytes_) return;
  throw Error(Failure::integrity,
              fmt::format("\"{}\" is longer than its {} bytes", printable(path_), size_bytes_));
}

void StagedFile::finish(Resumable resumable, std::optional<timespec> modified) {
  if (written_bytes_ != size_bytes_) {
    throw Error(Failure::integrity,
                fmt::format("\"{}\" has {} bytes and not {}", printable(path_), written_bytes_, size_bytes_));
  }
  if (modified) {
    const std::array<timespec, 2> times{timespec{0, UTIME_OMIT}, *modified};
    futimens(file_.number(), times.data());  // a file system without times is no obstacle
  }
  staging_.finished_.emplace(path_, size_bytes_);
  if (resumable == Resumable::at_once) staging_.record(path_, size_bytes_);
}

Staging::Staging(const Place& place, const FileList& list, const std::string& checkpoint_id,
                 const TransferOptions& options)
    : place_(place),
      list_(list),
      options_(options),
      parents_(place.staging.parent_path()),
      lock_(place.staging),
      files_path_(place.staging / files_name),
      files_(open_files(files_path_)),
      earlier_(Journal::read(place.staging / journal_name, checkpoint_id)),
      journal_(place.staging / journal_name, checkpoint_id) {
  take_over();
  lock_.keep();
}

Staging::~Staging() {
  if (!discarded_ && !(recorded_.empty() && in_pieces_.empty())) {
    drop_unsound();
  } else {
    remove();
  }
}

void Staging::take_over() {
  for (const auto& [path, size] : earlier_.files) {
    const bool whole = is_whole(files(), stored_path(path), size);
    if (!whole || (list_.known() && list_.size_of(path) != size)) continue;
    finished_.emplace(path, size);
    const auto known = earlier_.proofs.find(path);
    if (known != earlier_.proofs.end() && options_.verify != Verify::size) prove(path, known->second);
    const auto version = earlier_.versions.find(path);
    if (version != earlier_.versions.end()) journal_.add_version(path, version->second);
    record(path, size);
  }
  take_over_pieces();
  journal_.flush();
  remove_all_but_recorded();
}

// Whether they are sound is for whoever wants to go on with them.
void Staging::take_over_pieces() {
  std::erase_if(earlier_.ranges, [this](const auto& file) {
    struct stat facts {};
    const bool there = fstatat(files(), stored_path(file.first).c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0 &&
                       S_ISREG(facts.st_mode);
    return !there || finished_.contains(file.first) || (list_.known() && !list_.size_of(file.first));
  });
  for (const auto& [path, pieces] : earlier_.ranges) {
    for (const auto& piece : pieces) record_piece(path, piece);
  }
}

void Staging::lose(const std::string& path) {
  finished_.erase(path);
  recorded_.erase(path);
  proofs_.erase(path);
  earlier_.files.erase(path);
  journal_.add_loss(path);
  unlinkat(files(), stored_path(path).c_str(), 0);
}

void Staging::record(const std::string& path, std::uint64_t size_bytes) {
  if (!recorded_.insert(path).second) return;
  if (const auto* known = proof(path)) journal_.add_proof(path, *known);
  journal_.add(path, size_bytes);
}

void Staging::remove_all_but_recorded() {
  std::unordered_set<std::string> kept;
  for (const auto& path : recorded_) kept.insert(stored_path(path));
  for (const auto& path : in_pieces_) kept.insert(stored_path(path));
  std::vector<fs::path> folders;
  std::error_code failure;
  fs::recursive_directory_iterator entry(files_path_, failure);
  for (; !failure && entry != fs::recursive_directory_iterator(); entry.increment(failure)) {
    if (entry->symlink_status(failure).type() == fs::file_type::directory) {
      folders.push_back(entry->path());
    } else if (!kept.contains(entry->path().lexically_relative(files_path_).native())) {
      unlink(entry->path().c_str());
    }
  }
  for (auto folder = folders.rbegin(); folder != folders.rend(); ++folder) rmdir(folder->c_str());
  folders_.clear();
}

void Staging::remove() {
  std::error_code ignored;  // what cannot be removed is met, named, by the next run
  fs::remove_all(files_path_, ignored);
  unlink((place_.staging / journal_name).c_str());
  lock_.remove();
}

bool Staging::needs(std::string_view path) const {
  const std::string name(path);
  return !finished_.contains(name) && !at_target_.contains(name) && is_wanted(path, options_);
}

const FileProof* Staging::proof(const std::string& path) const {
  const auto found = proofs_.find(path);
  return found == proofs_.end() ? nullptr : &found->second;
}

void Staging::require_space() const {
  std::uint64_t missing = 0;
  for (const auto& file : list_.files()) {
    if (!needs(file.path)) continue;
    const auto there = in_pieces_.contains(file.path) ? allocated_bytes(file.path) : 0;
    missing = saturating_sum(missing, file.size_bytes - std::min(there, file.size_bytes));
  }
  require_free_space(files_path_, missing);
}

void Staging::make_folder(std::string_view path) {
  require_relative(path);
  if (folders_.contains(std::string(path))) return;
  if (!make_folders_beneath(files(), stored_path(path))) {
    if (errno == ENOTDIR || errno == ELOOP) throw in_the_way(path);
    throw local_disk_error(writing(path), errno);
  }
  folders_.emplace(path);
}

StagedFile Staging::create(std::string_view path, std::uint64_t size_bytes, mode_t mode) {
  require_relative(path);
  if (in_pieces_.contains(std::string(path))) drop_pieces(std::string(path));
  const auto slash = path.rfind('/');
  if (slash != std::string_view::npos) make_folder(path.substr(0, slash));
  auto file = open_beneath(files(), stored_path(path), O_WRONLY | O_CREAT | O_EXCL, Links::refused, mode);
  if (!file && (errno == EEXIST || errno == EISDIR)) throw in_the_way(path);
  if (!file) throw local_disk_error(writing(path), errno);
  return {*this, std::string(path), size_bytes, std::move(file)};
}

Descriptor Staging::open_pieces(const std::string& path, std::uint64_t size_bytes, Opening opening) const {
  const int flags = O_RDWR | O_CREAT | (opening == Opening::first ? O_EXCL : 0);
  auto file = open_beneath(files(), stored_path(path), flags, Links::refused, 0666);
  if (!file && (errno == EEXIST || errno == EISDIR)) throw in_the_way(path);
  if (!file) throw local_disk_error(writing(path), errno);
  set_space_aside(file.number(), path, size_bytes);
  return file;
}

std::vector<FinishedRange> Staging::earlier_pieces(const std::string& path) const {
  const auto found = earlier_.ranges.find(path);
  return found == earlier_.ranges.end() ? std::vector<FinishedRange>() : found->second;
}

void Staging::record_piece(const std::string& path, const FinishedRange& piece) {
  in_pieces_.insert(path);
  journal_.add(path, piece);
}

bool Staging::is_outdated(const std::string& path, const std::string& version) const {
  const auto known = earlier_.versions.find(path);
  return finished_.contains(path) && known != earlier_.versions.end() && known->second != version;
}

void Staging::start_over() {
  journal_.clear();
  finished_.clear();
  recorded_.clear();
  in_pieces_.clear();
  proofs_.clear();
  earlier_ = {};
  remove_all_but_recorded();
}

void Staging::finish_pieces(const std::string& path, std::uint64_t size_bytes, const std::string& version) {
  if (!version.empty()) journal_.add_version(path, version);
  in_pieces_.erase(path);
  finished_.emplace(path, size_bytes);
  record(path, size_bytes);
}

void Staging::drop_pieces(const std::string& path) {
  in_pieces_.erase(path);
  earlier_.ranges.erase(path);
  journal_.add_loss(path);
  unlinkat(files(), stored_path(path).c_str(), 0);
}

void Staging::drop_unfinished() {
  while (!in_pieces_.empty()) drop_pieces(std::string(*in_pieces_.begin()));
}

std::uint64_t Staging::allocated_bytes(const std::string& path) const {
  constexpr std::uint64_t block = 512;  // of st_blocks, whatever the file system
  struct stat facts {};
  if (fstatat(files(), stored_path(path).c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) return 0;
  return static_cast<std::uint64_t>(facts.st_blocks) * block;
}

void Staging::accept_stream() {
  for (const auto& [path, size] : finished_) record(path, size);
  journal_.flush();
}

void Staging::drop_unsound() {
  std::erase_if(finished_, [this](const auto& file) { return !recorded_.contains(file.first); });
  remove_all_but_recorded();
}

}  // namespace det::storage
