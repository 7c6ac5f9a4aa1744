#pragma once

#include <filesystem>
#include <string>

namespace det::storage {

// Throws Error: usage unless `name` is one part of a path that is safe and not the directory's own; held when
// something else than a link has that name beside `directory`.
void require_linkable(const std::filesystem::path& directory, const std::string& name);

// Makes `name`, beside `directory`, a relative link to it; a link that has the name is replaced at once.
// Throws as require_linkable(), and local_disk.
void link_beside(const std::filesystem::path& directory, const std::string& name);

}  // namespace det::storage
