#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/transport.hpp"
#include "model/checkpoint.hpp"
#include "model/error.hpp"
#include "storage/archive_route.hpp"
#include "storage/download.hpp"
#include "tests/support/never_cancelled.hpp"
#include "tests/support/temporary_directory.hpp"

namespace det::testing {

// Counts what it is told.
class CountedProgress final : public storage::Progress {
 public:
  void started(const std::string& checkpoint_id, std::size_t files, std::uint64_t bytes) override;
  void advanced(std::uint64_t bytes) override;
  void found(std::uint64_t bytes) override { found_bytes += bytes; }
  void file_done() override { ++files_done; }
  void finished() override;
  void gave_up(const std::string& why) override { given_up.push_back(why); }

  std::vector<std::string> events;  // "started ID FILES BYTES", "finished"
  std::uint64_t advanced_bytes = 0;
  std::uint64_t found_bytes = 0;
  std::size_t files_done = 0;
  std::vector<std::string> given_up;
  std::function<void()> on_advance = [] {};
};

// A body out of memory, in pieces of a given size; after the last one it ends, or throws.
class PiecedResponse final : public http::Response {
 public:
  PiecedResponse(std::string body, std::size_t piece_size)
      : body_(std::move(body)), piece_size_(piece_size) {}

  int status() const override { return 200; }
  std::optional<std::string> header(std::string_view) const override { return std::nullopt; }
  std::string_view next() override;

  std::optional<Error> broken_by;

 private:
  std::string body_;
  std::size_t piece_size_;
  std::size_t position_ = 0;
};

// One checkpoint, a place where its files lie, and a target to download it to.
class Scene {
 public:
  Scene();

  // Adds a file to the checkpoint's list and to storage().
  void add(const std::string& path, const std::string& contents);
  // Adds a path to the list alone; a folder ends in '/'.
  void list(const std::string& path, std::uint64_t size_bytes = 0);

  std::filesystem::path storage() const { return directory_ / "storage"; }
  std::filesystem::path stored() const { return storage() / checkpoint.id; }
  const std::filesystem::path& root() const { return directory_.path(); }
  std::string receipt() const { return read_file(target / "det-receipt.json"); }

  storage::DownloadOrder order() const;
  // Downloads from storage().
  storage::Outcome download_directly();
  // Downloads from an archive that is served as plain tar, in pieces of that size.
  storage::Outcome download_tar(const std::string& tar, std::size_t piece_size = 4096);
  // Downloads from an archive that is only served as tar.gz.
  storage::Outcome download_gzip(const std::string& bytes, std::size_t piece_size = 4096);
  storage::Outcome download_by(std::vector<std::unique_ptr<storage::Route>> routes);

  std::unique_ptr<storage::Route> direct_route() const;
  std::unique_ptr<storage::Route> tar_route(const std::string& tar, std::size_t piece_size = 4096) const;

  model::Checkpoint checkpoint;
  std::filesystem::path target;
  storage::TransferOptions options;
  CountedProgress progress;
  NeverCancelled never;

 private:
  TemporaryDirectory directory_;
};

}  // namespace det::testing
