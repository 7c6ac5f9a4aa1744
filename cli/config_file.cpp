#include "cli/config_file.hpp"

#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include "client/small_file.hpp"
#include "model/error.hpp"

namespace det::cli {
namespace {

std::string place(const std::filesystem::path& file, const toml::source_region& source) {
  return file.string() + ":" + std::to_string(source.begin.line);
}

ConfigValue value_of(const toml::node& node, const std::string& key, const std::string& where) {
  if (const auto text = node.value_exact<std::string>()) return {*text, where};
  if (const auto flag = node.value_exact<bool>()) return {*flag, where};
  if (node.is_number()) return {node.value<double>().value_or(0), where};
  throw Error(Failure::usage, where + ": " + key + " is neither a text nor a number nor true or false");
}

}  // namespace

Config read_config(const std::filesystem::path& file) {
  const auto text = client::small_file(file);
  if (!text) return {};
  try {
    Config config;
    for (const auto& [key, node] : toml::parse(*text)) {
      const std::string name(key.str());
      config.emplace(name, value_of(node, name, place(file, node.source())));
    }
    return config;
  } catch (const toml::parse_error& error) {
    throw Error(Failure::usage,
                place(file, error.source()) + ": not valid TOML: " + std::string(error.description()));
  }
}

}  // namespace det::cli
