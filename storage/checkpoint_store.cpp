#include "storage/checkpoint_store.hpp"

#include <fmt/format.h>

#include "model/error.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {

void require_checkpoint_name(const std::string& name) {
  require_relative(name);
  if (name.front() != '.' && name.find('/') == std::string::npos) return;
  throw Error(Failure::integrity, fmt::format("{} is no name of a checkpoint", printable(name)));
}

}  // namespace det::storage
