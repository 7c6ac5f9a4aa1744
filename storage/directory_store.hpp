#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "storage/checkpoint_store.hpp"
#include "storage/descriptor.hpp"

namespace det::storage {

// A directory of this machine (`shared_fs`, `directory`). It is opened once, and nothing outside it is ever
// touched, however the tree changes meanwhile: no link below it is followed, and special files are neither
// read nor replaced. When the directory does not exist, everything in it is absent.
class DirectoryStore final : public CheckpointStore {
 public:
  // `base` lies below `root`, which is trusted with all that leads to it; no link is followed between the
  // two. Throws Error{storage} when it cannot be opened.
  DirectoryStore(const std::filesystem::path& root, const std::filesystem::path& base);

  std::optional<std::vector<StoredObject>> list(const std::string& folder) const override;
  bool read(const std::string& name, ByteRange range, const ByteSink& sink) const override;
  void put(const std::string& name, const Pieces& bytes) override;
  void remove(const std::string& name) override;

  std::string address() const override { return base_.native(); }

  // It is not there when the directory does not exist: unmounted or renamed, perhaps, with all its files.
  void require_there() const override;

  // The directory is first renamed aside to ".trash-CHECKPOINT", so that nobody finds half of it. What cannot
  // be removed is given its name back. A link or a file of that name is left alone, as a failure.
  Removed remove_checkpoint(const std::string& checkpoint) override;

  // Links are not followed; they and special files are chosen as files.
  Removed remove_files(const std::string& checkpoint, const Chosen& chosen) override;

 private:
  std::filesystem::path base_;
  Descriptor directory_;  // none: it does not exist
};

}  // namespace det::storage
