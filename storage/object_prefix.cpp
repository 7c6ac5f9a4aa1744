#include "storage/object_prefix.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/error.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {

std::string normal_prefix(std::string_view prefix) {
  std::string normal;
  while (!prefix.empty()) {
    const auto end = std::min(prefix.find('/'), prefix.size());
    const auto part = prefix.substr(0, end);
    if (!part.empty() && part != ".") normal.append(normal.empty() ? "" : "/").append(part);
    prefix.remove_prefix(std::min(end + 1, prefix.size()));
  }
  if (normal.empty()) return normal;
  try {
    require_relative(normal);
  } catch (const Error&) {  // said of the configuration here
    throw Error(
        Failure::storage,
        fmt::format("the storage configuration names no place: '{}' is not a prefix", printable(normal)));
  }
  return normal;
}

}  // namespace det::storage
