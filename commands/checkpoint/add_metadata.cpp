#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commands/arguments.hpp"
#include "commands/metadata_change.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/json.hpp"
#include "formatting/shell_word.hpp"
#include "formatting/unicode.hpp"
#include "model/error.hpp"
#include "model/json.hpp"

namespace det::commands {
namespace {

constexpr int deepest_value = 100;

struct Options {
  std::string uuid;
  std::vector<std::string> words;
};

struct Entry {
  std::string key;
  model::Json value;
};

// Absent for what is no JSON, and for what nests too deeply.
std::optional<model::Json> parsed(const std::string& text) {
  bool too_deep = false;
  const auto shallow = [&](int depth, model::Json::parse_event_t, const model::Json&) {
    too_deep = too_deep || depth >= deepest_value;
    return !too_deep;
  };
  try {
    auto value = model::Json::parse(text, shallow);
    return too_deep ? std::nullopt : std::optional(std::move(value));
  } catch (const model::Json::exception&) {
    return std::nullopt;
  }
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto point = formatting::code_point(text, at);
    if (!point.valid) return false;
    at += point.bytes;
  }
  return true;
}

// Not a word that some language writes for a value: nothing that begins like a number, a list, an object or a
// quoted text, nor the words below.
bool is_plainly_text(const std::string& text) {
  static constexpr std::array<std::string_view, 12> values{"true", "false",    "null", "none", "nil", "nan",
                                                           "inf",  "infinity", "yes",  "no",   "on",  "off"};
  if (text.empty() || formatting::stripped(text) != text) return false;
  const auto first = static_cast<unsigned char>(text.front());
  if (std::isalpha(first) == 0 && first < 0x80 && first != '_' && first != '/') return false;
  std::string lower = text;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::find(values.begin(), values.end(), lower) == values.end();
}

// With the line that takes it as text.
Error ambiguous(const std::string& uuid, const std::string& key, const std::string& text) {
  const auto quoted = formatting::shell_word(key + "=" + formatting::json_text(text, {.indent = -1}));
  return Error(Failure::usage, fmt::format("the value of '{}' is no JSON: '{}'", key, text))
      .advising(fmt::format("det checkpoint add-metadata {} {}", uuid, quoted));
}

Entry entry(const std::string& uuid, const std::string& word) {
  const auto equals = word.find('=');
  if (equals == std::string::npos || equals == 0)
    throw Error(Failure::usage, fmt::format("'{}' is not KEY=VALUE", word));
  if (!is_utf8(word)) throw Error(Failure::usage, fmt::format("'{}' is not UTF-8", word));
  const auto key = word.substr(0, equals);
  const auto text = word.substr(equals + 1);
  if (auto value = parsed(text)) return {key, std::move(*value)};
  if (!is_plainly_text(text)) throw ambiguous(uuid, key, text);
  return {key, text};
}

std::vector<Entry> entries(const Options& options) {
  std::vector<Entry> all;
  for (const auto& word : options.words) {
    auto one = entry(options.uuid, word);
    const bool twice = std::any_of(all.begin(), all.end(), [&](const Entry& e) { return e.key == one.key; });
    if (twice) throw Error(Failure::usage, fmt::format("'{}' is given twice", one.key));
    all.push_back(std::move(one));
  }
  return all;
}

void run(const Options& options, Context& context) {
  const auto wanted = entries(options);
  std::vector<std::string> keys;
  for (const auto& [key, value] : wanted) keys.push_back(key);
  const auto change = [&](model::Json& metadata) {
    for (const auto& [key, value] : wanted) metadata[key] = value;
  };
  change_metadata(context, {.uuid = options.uuid,
                            .change = change,
                            .done = "Set",
                            .keys = fmt::format("{}", fmt::join(keys, ", "))});
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("uuid", options->uuid, "checkpoint whose metadata to change")
      .completes(Completion::checkpoint);
  arguments
      .positional(
          "key=value", options->words,
          "values as JSON, or as plain text where that cannot be taken for anything else; each replaces "
          "the whole of what its key had")
      .completes(Completion::nothing);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command checkpoint_add_metadata{
    "checkpoint add-metadata",
    "",
    "add to a checkpoint's metadata",
    "det checkpoint add-metadata 46985143-af68-4d48-ab91-a6447052ca49 stage=production\n"
    "det c add-metadata 46985143-af68-4d48-ab91-a6447052ca49 'scores={\"top1\": 0.81}' reviewed=true "
    "'v=\"2\"'",
    attach,
    Asks::master};

}  // namespace det::commands
