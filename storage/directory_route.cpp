#include "storage/directory_route.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "model/error.hpp"
#include "storage/beneath.hpp"
#include "storage/copy.hpp"
#include "storage/file_selection.hpp"
#include "storage/local_disk.hpp"
#include "storage/prover.hpp"
#include "storage/relative_path.hpp"
#include "storage/staging.hpp"

namespace det::storage {
namespace {

namespace fs = std::filesystem;

struct Copying {
  Staging& staging;
  Copier& copier;
  Prover& prover;
  Progress& progress;
};

class DirectoryRoute final : public Route {
 public:
  DirectoryRoute(const std::vector<fs::path>& candidates, std::string checkpoint_id,
                 const http::Cancellation& cancellation, StatedDigests stated)
      : checkpoint_id_(std::move(checkpoint_id)), cancellation_(cancellation), stated_(std::move(stated)) {
    for (const auto& candidate : candidates) {
      const auto place = candidate / checkpoint_id_;
      std::error_code ignored;
      if (directory_.empty() && fs::is_directory(place, ignored)) directory_ = place;
      places_ += (places_.empty() ? "" : " or ") + printable(place.native());
    }
  }

  std::string description() const override {
    return "directory " + (directory_.empty() ? places_ : printable(directory_.native()));
  }

  bool reachable() const override { return !directory_.empty(); }
  StatedDigests stated(const model::Checkpoint& /*checkpoint*/) override { return stated_; }

  void fetch(const model::Checkpoint& checkpoint, Staging& staging, Progress& progress) override {
    const Descriptor source(open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!source) {
      throw Error(Failure::storage, fmt::format("the files of checkpoint {} are not in {} on this machine",
                                                printable(checkpoint.id), places_));
    }
    Copier copier(staging, progress, cancellation_);
    Prover prover(cancellation_);
    const Copying copying{staging, copier, prover, progress};
    if (!staging.list().known()) return copy_all(source.number(), "", copying);
    // What lies there beside the listed files is left there: the list is the contract, and a file that is not
    // on it was not part of the checkpoint when it was reported.
    for (const auto& file : staging.list().files()) {
      if (staging.needs(file.path)) copy(source.number(), file.path, file.size_bytes, copying);
    }
  }

 private:
  void copy(int source, const std::string& path, std::optional<std::uint64_t> listed_bytes,
            const Copying& to) const {
    // O_NONBLOCK: a fifo in the place of a file would block.
    const auto file = open_beneath(source, path, O_RDONLY | O_NONBLOCK, Links::inside);
    if (!file) throw unreadable(path, errno);
    struct stat facts {};
    if (fstat(file.number(), &facts) != 0) throw unreadable(path, errno);
    if (!S_ISREG(facts.st_mode)) throw refusal(Failure::storage, path, "is not a regular file");
    const auto size = static_cast<std::uint64_t>(facts.st_size);
    if (listed_bytes && *listed_bytes != size) {
      throw refusal(Failure::integrity, path,
                    fmt::format("has {} bytes, the list says {}", size, *listed_bytes));
    }
    auto staged = to.staging.create(path, size, (facts.st_mode & 0777U) | 0600U);
    auto proof = to.copier.copy(file.number(), staged);
    compare_with_stated(path, to, proof);
    to.staging.prove(path, std::move(proof));  // first, so that finish() records its digest, too
    staged.finish(Resumable::at_once, facts.st_mtim);
    to.progress.file_done();
  }

  void compare_with_stated(const std::string& path, const Copying& to, FileProof& proof) const {
    const auto& options = to.staging.options();
    const auto stated = stated_.find(path);
    if (stated == stated_.end() || options.verify == Verify::size) return;
    if (proof.cloned && !options.sha256) return;
    auto kinds = wanted_digests(options);
    if (std::find(kinds.begin(), kinds.end(), stated->second.kind) == kinds.end())
      kinds.push_back(stated->second.kind);
    to.prover.complete(to.staging.files(), stored_path(path), kinds, proof);
    const auto& found = *digest_in(proof, stated->second.kind);
    if (found != stated->second) {
      throw refusal(Failure::integrity, path,
                    fmt::format("is damaged: its {} is {} and its source states {}", digest_name(found.kind),
                                hex(found), hex(stated->second)));
    }
    proof.checked = found.kind;
  }

  // For a checkpoint whose source has no list. `folder` is "" or ends in '/'.
  void copy_all(int source, const std::string& folder, const Copying& to) const {
    for (const auto& name : names_in(source, folder)) {
      const auto path = folder + name;
      const auto entry = open_beneath(source, path, O_PATH, Links::inside);
      struct stat facts {};
      if (!entry || fstat(entry.number(), &facts) != 0) throw unreadable(path, errno);
      if (!S_ISDIR(facts.st_mode)) {
        if (to.staging.needs(path)) copy(source, path, std::nullopt, to);
        continue;
      }
      require_no_link(source, path);
      if (is_wanted(path, to.staging.options())) to.staging.make_folder(path);
      copy_all(source, path + '/', to);
    }
  }

  std::vector<std::string> names_in(int source, const std::string& folder) const {
    auto directory = open_beneath(source, folder.empty() ? "." : folder.substr(0, folder.size() - 1),
                                  O_RDONLY | O_DIRECTORY, Links::inside);
    if (!directory) throw unreadable(folder, errno);
    std::vector<std::string> names;
    std::error_code failure;
    // The open directory, by its number: the path to it could change meanwhile.
    fs::directory_iterator entry(fmt::format("/proc/self/fd/{}", directory.number()), failure);
    for (; !failure && entry != fs::directory_iterator(); entry.increment(failure)) {
      names.push_back(entry->path().filename().native());
    }
    if (failure) throw unreadable(folder, failure.value());
    std::sort(names.begin(), names.end());
    return names;
  }

  // A link to a folder could lead back up, without end.
  void require_no_link(int source, const std::string& path) const {
    if (!open_beneath(source, path, O_PATH | O_DIRECTORY, Links::refused)) {
      throw refusal(Failure::storage, path, "is a link to a folder");
    }
  }

  Error unreadable(std::string_view path, int error_number) const {
    if (error_number == EMFILE || error_number == ENFILE) {
      return local_disk_error(fmt::format("open {}", printable(path)), error_number);
    }
    const auto why = error_number == ENOENT  ? "is on the list and is missing"
                     : error_number == EXDEV ? "is a link that leads out of the checkpoint"
                                             : "cannot be read: " + reason(error_number);
    return refusal(Failure::storage, path, why);
  }

  Error refusal(Failure failure, std::string_view path, std::string_view why) const {
    return Error(failure,
                 fmt::format("\"{}\" in {} {}", printable(path), printable(directory_.native()), why));
  }

  fs::path directory_;  // empty: in none of the places
  std::string places_;
  std::string checkpoint_id_;
  const http::Cancellation& cancellation_;
  StatedDigests stated_;
};

}  // namespace

std::unique_ptr<Route> directory_route(const std::vector<std::filesystem::path>& candidates,
                                       std::string checkpoint_id, const http::Cancellation& cancellation,
                                       StatedDigests stated) {
  require_relative(checkpoint_id);
  if (checkpoint_id.find('/') != std::string::npos) {
    throw Error(Failure::integrity,
                fmt::format("\"{}\" is no name of a directory", printable(checkpoint_id)));
  }
  return std::make_unique<DirectoryRoute>(candidates, std::move(checkpoint_id), cancellation,
                                          std::move(stated));
}

}  // namespace det::storage
