#include "storage/archive_route.hpp"

#include <fmt/format.h>

#include <unordered_set>
#include <utility>

#include "model/error.hpp"
#include "storage/archive_bytes.hpp"
#include "storage/digest.hpp"
#include "storage/file_selection.hpp"
#include "storage/prover.hpp"
#include "storage/relative_path.hpp"
#include "storage/staging.hpp"
#include "storage/tar_reader.hpp"

namespace det::storage {
namespace {

class ArchiveRoute final : public Route {
 public:
  ArchiveRoute(std::string description, ArchiveOpener open, const http::Cancellation& cancellation)
      : description_(std::move(description)), open_(std::move(open)), cancellation_(cancellation) {}

  std::string description() const override { return description_; }
  bool reachable() const override { return true; }

  void fetch(const model::Checkpoint& /*checkpoint*/, Staging& staging, Progress& progress) override {
    staging.require_space();
    TarReader archive(archive_bytes(open_, cancellation_));
    std::unordered_set<std::string> met;
    while (const auto entry = archive.next()) {
      cancellation_.check();
      require_relative(entry->path);
      if (entry->kind == TarEntryKind::file && !met.insert(entry->path).second) throw repeated(entry->path);
      unpack(*entry, archive, staging, progress);
    }
    for (const auto& file : staging.list().files()) {
      if (!staging.needs(file.path)) continue;
      throw Error(Failure::integrity,
                  fmt::format("the archive lacks \"{}\", which the list names", printable(file.path)));
    }
    staging.accept_stream();
  }

 private:
  static void unpack(const TarEntry& entry, TarReader& archive, Staging& staging, Progress& progress) {
    if (entry.kind == TarEntryKind::folder) return unpack_folder(entry, staging);
    require_listed(entry, staging.list());
    if (!staging.needs(entry.path)) return;  // an earlier route or run brought it
    auto file = staging.create(entry.path, entry.size_bytes);
    file.reserve();
    Hasher hasher(wanted_digests(staging.options()));
    for (auto piece = archive.read(); !piece.empty(); piece = archive.read()) {
      hasher.add(piece);
      file.write(piece);
      progress.advanced(piece.size());
    }
    file.finish(Resumable::after_the_stream);
    staging.prove(entry.path, {.digests = hasher.finish()});
    progress.file_done();
  }

  static void unpack_folder(const TarEntry& entry, Staging& staging) {
    if (staging.list().known() && !staging.list().has_folder(entry.path)) throw unlisted(entry.path);
    if (is_wanted(entry.path, staging.options())) staging.make_folder(entry.path);
  }

  static void require_listed(const TarEntry& entry, const FileList& list) {
    if (!list.known()) return;
    const auto listed = list.size_of(entry.path);
    if (!listed) throw unlisted(entry.path);
    if (*listed == entry.size_bytes) return;
    throw Error(Failure::integrity, fmt::format("\"{}\" has {} bytes in the archive, the list says {}",
                                                printable(entry.path), entry.size_bytes, *listed));
  }

  static Error repeated(const std::string& path) {
    return Error(Failure::integrity, fmt::format("the archive holds \"{}\" twice", printable(path)));
  }

  static Error unlisted(const std::string& path) {
    return Error(Failure::integrity,
                 fmt::format("the archive holds \"{}\", which the list does not name", printable(path)));
  }

  std::string description_;
  ArchiveOpener open_;
  const http::Cancellation& cancellation_;
};

}  // namespace

std::unique_ptr<Route> archive_route(std::string description, ArchiveOpener open,
                                     const http::Cancellation& cancellation) {
  return std::make_unique<ArchiveRoute>(std::move(description), std::move(open), cancellation);
}

}  // namespace det::storage
