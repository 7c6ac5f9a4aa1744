#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/cancellation.hpp"
#include "http/transport.hpp"
#include "model/checkpoint.hpp"
#include "storage/archive_route.hpp"
#include "storage/remote_store.hpp"
#include "storage/store.hpp"
#include "storage/verification.hpp"

namespace det::storage {

// One way to single files of one checkpoint.
class FileReader {
 public:
  virtual ~FileReader() = default;

  // As Route::description().
  virtual std::string description() const = 0;
  // What the storage itself lists of the checkpoint; absent where this way cannot tell. Throws
  // Error{storage}.
  virtual std::optional<std::vector<StoredObject>> list() = 0;
  // Gives the bytes of `file`, as the source lists it, to `sink`, in pieces and in order; memory is bounded.
  // Throws Error: storage (refused or missing there), integrity when they are not as many as listed (before
  // the first byte where that can be known), what a master may answer, and what the cancellation throws.
  virtual void read(const model::CheckpointFile& file, const ByteSink& sink) = 0;
};

// All of these keep a reference to `cancellation`.

// Out of a checkpoint's directory on this machine. Its list has the digests that are `stated` of the files.
std::unique_ptr<FileReader> directory_reader(std::filesystem::path directory,
                                             const http::Cancellation& cancellation,
                                             StatedDigests stated = {});

// How the objects of a store are asked for.
struct OpenStore {
  std::shared_ptr<const RemoteStore> store;
  std::shared_ptr<http::Transport> transport;
};

// Out of an object store, below the checkpoint's id; the version that the store lists is asked for. The store
// is opened when it is needed: where that fails, another way may serve.
std::unique_ptr<FileReader> store_reader(std::string description, std::function<OpenStore()> open,
                                         std::string checkpoint_id, const http::Cancellation& cancellation);

// Out of the archive that a master packs, read until the file comes.
std::unique_ptr<FileReader> archive_reader(std::string description, ArchiveOpener open,
                                           const http::Cancellation& cancellation);

}  // namespace det::storage
