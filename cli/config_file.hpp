#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>

namespace det::cli {

// One `key = value` of a configuration.
struct ConfigValue {
  std::variant<std::string, bool, double> value;
  std::string place;  // "FILE:LINE"
};

using Config = std::map<std::string, ConfigValue>;

// The top-level keys of a TOML file; empty when there is no such file. Throws Error{usage}, naming file and
// line, for a file that is no TOML or holds other kinds of values, and Error{local_disk} for one that cannot
// be read.
Config read_config(const std::filesystem::path& file);

}  // namespace det::cli
