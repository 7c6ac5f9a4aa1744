#include "storage/link.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "model/error.hpp"
#include "storage/local_disk.hpp"
#include "storage/place.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

namespace fs = std::filesystem;

bool is_one_safe_part(const std::string& name) {
  if (name.find('/') != std::string::npos) return false;
  try {
    require_relative(name);
    return true;
  } catch (const Error&) {  // its sentence speaks of a file list
    return false;
  }
}

Error unusable(const std::string& name, std::string_view why) {
  return Error(Failure::usage, fmt::format("\"{}\" {}", printable(name), why));
}

}  // namespace

void require_linkable(const fs::path& directory, const std::string& name) {
  if (!is_one_safe_part(name)) throw unusable(name, "cannot be the name of a link");
  const auto target = place_for(directory).target;
  if (!target.has_filename()) throw unusable(name, "cannot stand beside /");
  if (target.filename() == name) throw unusable(name, "is the name of the checkpoint's own directory");
  const auto path = target.parent_path() / name;
  struct stat facts {};
  if (lstat(path.c_str(), &facts) != 0 || S_ISLNK(facts.st_mode)) return;
  throw Error(Failure::held, fmt::format("{} is in the way: it is not a link", printable(path.native())));
}

void link_beside(const fs::path& directory, const std::string& name) {
  require_linkable(directory, name);
  const auto target = place_for(directory).target;
  const auto path = target.parent_path() / name;
  const auto fresh = target.parent_path() / fmt::format(".det-link-{}", getpid());
  unlink(fresh.c_str());
  const auto destination = target.filename();
  if (symlink(destination.c_str(), fresh.c_str()) == 0) {
    if (rename(fresh.c_str(), path.c_str()) == 0) return;
    const int why = errno;
    unlink(fresh.c_str());
    errno = why;
  }
  throw local_disk_error("make the link " + printable(path.native()), errno);
}

}  // namespace det::storage
