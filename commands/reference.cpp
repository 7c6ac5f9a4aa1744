#include "commands/reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "model/error.hpp"
#include "model/number.hpp"

namespace det::commands {
namespace {

constexpr std::string_view directory_scheme = "dir:";

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

// Ids of a master are numbers of 31 bits.
bool is_id(const std::string& text) {
  return model::number<int>(text) && text.front() != '-';
}

std::string master_id(const std::string& text, const std::string& what) {
  if (is_number(text) && !is_id(text))
    throw Error(Failure::usage, fmt::format("invalid {} id '{}': no id is that large", what, text));
  if (!is_id(text))
    throw Error(Failure::usage, fmt::format("invalid {} id '{}': a number is needed", what, text));
  return text.substr(std::min(text.find_first_not_of('0'), text.size() - 1));
}

Reference in_directory(const std::string& uri, const std::string& path, const std::string& what) {
  if (what == "experiment") return {uri, path};
  throw Error(Failure::usage, fmt::format("'{}' names an experiment, and a {} is needed", uri, what))
      .advising(fmt::format("--source {} and the {}'s own id", uri, what));
}

}  // namespace

Reference parse_reference(const std::string& text, const std::string& what, const Globals& globals) {
  if (text.starts_with("ray:") || text.starts_with("dvc:")) {
    throw Error(Failure::usage, fmt::format("this version does not read {} sources, only masters and dir:",
                                            text.substr(0, 4)));
  }
  if (const auto path = named_directory(text)) return in_directory(text, *path, what);
  const auto hash = text.find('#');
  if ((text.starts_with("http://") || text.starts_with("https://")) && hash != std::string::npos) {
    return {text.substr(0, hash), master_id(text.substr(hash + 1), what)};
  }
  return {std::nullopt, parse_id(text, what, globals)};
}

std::string parse_id(const std::string& text, const std::string& what, const Globals& globals) {
  if (is_of_master({}, globals)) return master_id(text, what);
  if (text.empty()) throw Error(Failure::usage, fmt::format("the id of the {} is empty", what));
  return text;
}

std::optional<std::string> named_directory(const std::string& uri) {
  if (!uri.starts_with(directory_scheme)) return std::nullopt;
  if (uri.size() > directory_scheme.size()) return uri.substr(directory_scheme.size());
  throw Error(Failure::usage, "'dir:' needs the path of a directory: dir:PATH");
}

bool is_of_master(const Reference& reference, const Globals& globals) {
  const auto& named = reference.source ? reference.source : globals.source;
  return !named || !named_directory(*named);
}

}  // namespace det::commands
