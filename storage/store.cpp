#include "storage/store.hpp"

namespace det::storage {

std::vector<model::CheckpointFile> files_of(const std::vector<StoredObject>& objects) {
  std::vector<model::CheckpointFile> files;
  files.reserve(objects.size());
  for (const auto& object : objects) files.push_back({object.path, object.size_bytes});
  return files;
}

}  // namespace det::storage
