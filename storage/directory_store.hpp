#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/descriptor.hpp"
#include "storage/store.hpp"

namespace det::storage {

// Which files of a checkpoint are meant; the path is relative to it, that of a folder ends in '/'.
using Chosen = std::function<bool(std::string_view path)>;

// How a removal ended.
struct Removed {
  // What is left of the checkpoint, as Store::list() says it; nothing when its directory is gone.
  std::vector<model::CheckpointFile> left = {};
  // The first reason why something is left that was to go; empty: all went.
  std::string failure = {};
};

// A directory of this machine (`shared_fs`, `directory`). It is opened once, and nothing outside it is ever
// touched, however the tree changes meanwhile: no link below it is followed, and special files are neither
// read nor replaced. When the directory does not exist, everything in it is absent.
class DirectoryStore final : public WritableStore {
 public:
  // `base` lies below `root`, which is trusted with all that leads to it; no link is followed between the
  // two. Throws Error{storage} when it cannot be opened.
  DirectoryStore(const std::filesystem::path& root, const std::filesystem::path& base);

  std::optional<std::vector<StoredObject>> list(const std::string& folder) const override;
  bool read(const std::string& name, ByteRange range, const ByteSink& sink) const override;
  void put(const std::string& name, const Pieces& bytes) override;
  void remove(const std::string& name) override;

  // Throws Error{storage} when the directory does not exist: unmounted or renamed, perhaps, with all its
  // files.
  void require_there() const;

  // Removes the directory `checkpoint` (one part, and not hidden) with all that is in it: first renamed aside
  // to
  // ".trash-CHECKPOINT", so that nobody finds half of it. An earlier call that was cut off is finished. What
  // cannot be removed is given its name back. A link or a file of that name is left alone, as a failure. One
  // that is missing went before; where the whole store is missing, throws as require_there() does.
  Removed remove_checkpoint(const std::string& checkpoint);

  // Removes the chosen files of a checkpoint, and the chosen folders with all that is in them, without
  // following links; links and special files are chosen as files. Throws as require_there() does.
  Removed remove_files(const std::string& checkpoint, const Chosen& chosen);

  const std::filesystem::path& base() const { return base_; }

 private:
  std::filesystem::path base_;
  Descriptor directory_;  // none: it does not exist
};

}  // namespace det::storage
