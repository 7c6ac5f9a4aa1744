#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace det::commands {

struct NewFile {
  std::string name;  // without a directory
  std::string text;
};

// Puts files into `directory`, which is made where it does not exist. All are written beside their places
// first and then renamed, replacing files of the same names: none is ever seen half-written. Throws
// Error{local_disk}.
void write_files(const std::filesystem::path& directory, const std::vector<NewFile>& files);

}  // namespace det::commands
