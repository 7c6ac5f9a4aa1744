#pragma once

#include <string>
#include <vector>

namespace det::storage {

// The names in an open directory, but for "." and "..", in no order. Throws Error{storage}.
std::vector<std::string> names_in(int directory);

// Removes `name` in an open directory, whatever it is, with all that is in it; no link is followed, and
// another file system that is mounted in it stays. Goes on after a failure and returns the first: "cannot
// remove model.pt: permission denied"; empty when `name` is gone.
std::string remove_tree(int directory, const std::string& name);

}  // namespace det::storage
