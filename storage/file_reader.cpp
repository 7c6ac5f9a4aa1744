#include "storage/file_reader.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "model/error.hpp"
#include "storage/archive_bytes.hpp"
#include "storage/beneath.hpp"
#include "storage/directory_store.hpp"
#include "storage/local_disk.hpp"
#include "storage/relative_path.hpp"
#include "storage/remote_exchange.hpp"
#include "storage/tar_reader.hpp"

namespace det::storage {
namespace {

constexpr std::size_t piece_bytes = std::size_t{256} << 10U;
constexpr std::size_t longest_refusal = std::size_t{64} << 10U;
constexpr int whole_object = 200;
constexpr int part_of_object = 206;

Error wrong_size(const model::CheckpointFile& file, std::uint64_t found) {
  return Error(Failure::integrity, fmt::format("\"{}\" has {} bytes, the list says {}", printable(file.path),
                                               found, file.size_bytes));
}

// Lets as many bytes through as are listed, and says whether they came.
class Counted {
 public:
  Counted(const model::CheckpointFile& file, const ByteSink& sink, const http::Cancellation& cancellation)
      : file_(file), sink_(sink), cancellation_(cancellation) {}

  bool take(std::string_view piece) {
    cancellation_.check();
    taken_ += piece.size();
    if (taken_ > file_.size_bytes) throw wrong_size(file_, taken_);
    wanted_ = piece.empty() || sink_(piece);
    return wanted_;
  }
  void require_all() const {
    if (wanted_ && taken_ != file_.size_bytes) throw wrong_size(file_, taken_);
  }

 private:
  const model::CheckpointFile& file_;
  const ByteSink& sink_;
  const http::Cancellation& cancellation_;
  std::uint64_t taken_ = 0;
  bool wanted_ = true;
};

class DirectoryReader final : public FileReader {
 public:
  DirectoryReader(std::filesystem::path directory, const http::Cancellation& cancellation,
                  StatedDigests stated)
      : directory_(std::move(directory)), cancellation_(cancellation), stated_(std::move(stated)) {}

  std::string description() const override { return "directory " + printable(directory_.native()); }

  std::optional<std::vector<StoredObject>> list() override {
    const auto parent = directory_.parent_path();
    auto objects = DirectoryStore(parent, parent).list(directory_.filename().native());
    if (!objects) return objects;
    for (auto& object : *objects) {
      const auto stated = stated_.find(object.path);
      if (stated != stated_.end()) object.digest = stated->second;
    }
    return objects;
  }

  void read(const model::CheckpointFile& file, const ByteSink& sink) override {
    require_relative(file.path);
    const Descriptor directory(open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory) throw unreadable(file.path, errno);
    // O_NONBLOCK: a fifo in the place of a file would block.
    const auto opened =
        open_beneath(directory.number(), file.path, O_RDONLY | O_NONBLOCK | O_NOCTTY, Links::inside);
    struct stat facts {};
    if (!opened || fstat(opened.number(), &facts) != 0) throw unreadable(file.path, errno);
    if (!S_ISREG(facts.st_mode))
      throw Error(Failure::storage, fmt::format("\"{}\" is not a regular file", printable(file.path)));
    if (static_cast<std::uint64_t>(facts.st_size) != file.size_bytes)
      throw wrong_size(file, static_cast<std::uint64_t>(facts.st_size));
    Counted counted(file, sink, cancellation_);
    std::string piece(piece_bytes, '\0');
    for (;;) {
      const auto got = ::read(opened.number(), piece.data(), piece.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw unreadable(file.path, errno);
      if (got == 0 || !counted.take({piece.data(), static_cast<std::size_t>(got)})) break;
    }
    counted.require_all();
  }

 private:
  Error unreadable(std::string_view path, int error_number) const {
    return Error(Failure::storage, fmt::format("\"{}\" in {} cannot be read: {}", printable(path),
                                               printable(directory_.native()), reason(error_number)))
        .caused_by(error_number);
  }

  std::filesystem::path directory_;
  const http::Cancellation& cancellation_;
  StatedDigests stated_;
};

class StoreReader final : public FileReader {
 public:
  StoreReader(std::string description, std::function<OpenStore()> open, std::string checkpoint_id,
              const http::Cancellation& cancellation)
      : description_(std::move(description)),
        open_(std::move(open)),
        checkpoint_id_(std::move(checkpoint_id)),
        cancellation_(cancellation) {}

  std::string description() const override { return description_; }

  std::optional<std::vector<StoredObject>> list() override {
    if (!way_.store) way_ = open_();
    return way_.store->list(checkpoint_id_);
  }

  void read(const model::CheckpointFile& file, const ByteSink& sink) override {
    const auto listed = list().value_or(std::vector<StoredObject>());
    const auto object = std::find_if(listed.begin(), listed.end(),
                                     [&](const StoredObject& one) { return one.path == file.path; });
    if (object == listed.end()) {
      throw Error(Failure::storage,
                  fmt::format("\"{}\" is not in {}", printable(file.path), way_.store->address()));
    }
    if (object->size_bytes != file.size_bytes) throw wrong_size(file, object->size_bytes);
    if (file.size_bytes == 0) return;
    const ByteRange whole{0, file.size_bytes};
    const auto name = checkpoint_id_ + "/" + file.path;
    auto request = way_.store->read_request(name, whole, object->version);
    request.unchanging = true;
    const auto answer = ask(*way_.transport, request);
    if (answer->status() != whole_object && answer->status() != part_of_object) throw refusal(name, *answer);
    Counted counted(file, sink, cancellation_);
    deliver(*answer, whole, [&](std::string_view piece) { return counted.take(piece); });
    counted.require_all();
  }

 private:
  Error refusal(const std::string& name, http::Response& answer) const {
    std::string body;
    for (auto piece = answer.next(); !piece.empty() && body.size() < longest_refusal; piece = answer.next())
      body += piece;
    return way_.store->refusal(name, answer.status(), body);
  }

  std::string description_;
  std::function<OpenStore()> open_;
  std::string checkpoint_id_;
  const http::Cancellation& cancellation_;
  OpenStore way_;
};

class ArchiveReader final : public FileReader {
 public:
  ArchiveReader(std::string description, ArchiveOpener open, const http::Cancellation& cancellation)
      : description_(std::move(description)), open_(std::move(open)), cancellation_(cancellation) {}

  std::string description() const override { return description_; }
  std::optional<std::vector<StoredObject>> list() override { return std::nullopt; }

  void read(const model::CheckpointFile& file, const ByteSink& sink) override {
    TarReader archive(archive_bytes(open_, cancellation_));
    while (const auto entry = archive.next()) {
      if (entry->kind != TarEntryKind::file || entry->path != file.path) continue;
      if (entry->size_bytes != file.size_bytes) throw wrong_size(file, entry->size_bytes);
      Counted counted(file, sink, cancellation_);
      for (auto piece = archive.read(); !piece.empty(); piece = archive.read()) {
        if (!counted.take(piece)) break;
      }
      return counted.require_all();
    }
    throw Error(Failure::integrity,
                fmt::format("the archive lacks \"{}\", which the list names", printable(file.path)));
  }

 private:
  std::string description_;
  ArchiveOpener open_;
  const http::Cancellation& cancellation_;
};

}  // namespace

std::unique_ptr<FileReader> directory_reader(std::filesystem::path directory,
                                             const http::Cancellation& cancellation, StatedDigests stated) {
  return std::make_unique<DirectoryReader>(std::move(directory), cancellation, std::move(stated));
}

std::unique_ptr<FileReader> store_reader(std::string description, std::function<OpenStore()> open,
                                         std::string checkpoint_id, const http::Cancellation& cancellation) {
  return std::make_unique<StoreReader>(std::move(description), std::move(open), std::move(checkpoint_id),
                                       cancellation);
}

std::unique_ptr<FileReader> archive_reader(std::string description, ArchiveOpener open,
                                           const http::Cancellation& cancellation) {
  return std::make_unique<ArchiveReader>(std::move(description), std::move(open), cancellation);
}

}  // namespace det::storage
