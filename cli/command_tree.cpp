#include "cli/command_tree.hpp"

#include <algorithm>
#include <string_view>

#include "cli/command_line.hpp"
#include "commands/registry.hpp"
#include "formatting/json.hpp"

namespace det::cli {
namespace {

using commands::Asks;
using commands::Completion;
using commands::Declaration;
using model::Json;

const char* kind_of(Declaration::Kind kind) {
  switch (kind) {
    case Declaration::Kind::positional:
      return "positional";
    case Declaration::Kind::option:
      return "option";
    case Declaration::Kind::flag:
      return "flag";
  }
  return "";
}

Json asks_of(const commands::Command& command) {
  switch (command.asks) {
    case Asks::undeclared:
      return {};
    case Asks::master:
      return "master";
    case Asks::sometimes:
      return "sometimes";
    case Asks::nobody:
      return "nobody";
  }
  return {};
}

Json completes_of(const Declaration& declaration) {
  if (!declaration.choices.empty()) return "choices";
  switch (declaration.completion) {
    case Completion::undeclared:
      return {};
    case Completion::nothing:
      return "nothing";
    case Completion::file:
      return "file";
    case Completion::directory:
      return "directory";
    case Completion::source:
      return "source";
    case Completion::experiment:
      return "experiment";
    case Completion::trial:
      return "trial";
    case Completion::checkpoint:
      return "checkpoint";
    case Completion::checkpoint_file:
      return "checkpoint_file";
    case Completion::metric:
      return "metric";
    case Completion::label:
      return "label";
    case Completion::own_label:
      return "own_label";
  }
  return {};
}

Json words(std::string_view text, char between) {
  auto list = Json::array();
  while (!text.empty()) {
    const auto end = std::min(text.find(between), text.size());
    list.push_back(std::string(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return list;
}

Json arguments_json(const std::vector<Declaration>& declarations) {
  auto list = Json::array();
  for (const auto& one : declarations) {
    Json argument;
    argument["kind"] = kind_of(one.kind);
    argument["names"] = one.names;
    argument["placeholder"] = one.placeholder;
    argument["help"] = one.help;
    argument["required"] = one.is_required;
    argument["takes_many"] = one.takes_many;
    argument["choices"] = one.choices;
    argument["completes"] = completes_of(one);
    list.push_back(std::move(argument));
  }
  return list;
}

}  // namespace

std::string command_tree() {
  Json tree;
  tree["nouns"] = Json::array();
  for (const auto& noun : commands::nouns()) {
    tree["nouns"].push_back({{"name", std::string(noun.name)},
                             {"aliases", words(noun.aliases, ' ')},
                             {"summary", std::string(noun.summary)}});
  }
  tree["commands"] = Json::array();
  for (const auto* command : commands::all()) {
    Json entry;
    entry["path"] = std::string(command->path);
    entry["aliases"] = words(command->aliases, ' ');
    entry["summary"] = std::string(command->summary);
    entry["examples"] = words(command->examples, '\n');
    entry["asks"] = asks_of(*command);
    entry["arguments"] = arguments_json(declared_arguments(command).own);
    tree["commands"].push_back(std::move(entry));
  }
  tree["global"] = arguments_json(declared_arguments(nullptr).global);
  return formatting::json_text(tree) + '\n';
}

}  // namespace det::cli
