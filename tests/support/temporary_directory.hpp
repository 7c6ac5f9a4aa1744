#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace det::testing {

// A fresh directory, removed with all that is in it.
class TemporaryDirectory {
 public:
  // Below `parent`; empty: where the system keeps temporary files.
  explicit TemporaryDirectory(const std::filesystem::path& parent = {});
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// Writes a file, with the folders on the way to it.
void write_file(const std::filesystem::path& path, std::string_view contents);

// The whole of a file; a std::runtime_error when it cannot be read.
std::string read_file(const std::filesystem::path& path);

// Everything below a directory, sorted: "a/b" for a file, "a/" for a folder, "a@" for a link. Empty also when
// there is no such directory.
std::vector<std::string> tree(const std::filesystem::path& directory);

}  // namespace det::testing
