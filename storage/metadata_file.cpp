#include "storage/metadata_file.hpp"

namespace det::storage {

bool needs_metadata_file(const FileList& files) {
  return !files.size_of(metadata_name) && !files.has_folder(metadata_name) && !files.size_of("MLmodel");
}

std::string metadata_text(const model::Json& metadata) {
  if (metadata.is_null()) return "{}";
  return metadata.dump(2, ' ', true, model::Json::error_handler_t::replace);
}

}  // namespace det::storage
