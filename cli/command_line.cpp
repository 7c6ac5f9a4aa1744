#include "cli/command_line.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cctype>

#include "commands/arguments.hpp"
#include "commands/near_matches.hpp"
#include "model/error.hpp"
#include "model/number.hpp"

namespace det::cli {
namespace {

bool is_positive(const std::string& text) {
  const auto number = model::number<double>(text);
  return number && *number > 0 && *number < 1e9;
}

std::string no_seconds(const std::string& text) {
  return is_positive(text) ? "" : "it takes a number of seconds, not '" + text + "'";
}

bool declares(const commands::Arguments& arguments, std::string_view name) {
  const auto& declared = arguments.declared();
  return std::any_of(declared.begin(), declared.end(), [&](const commands::Declaration& one) {
    return std::find(one.names.begin(), one.names.end(), name) != one.names.end();
  });
}

void add_globals(commands::Arguments& arguments, commands::Globals& globals) {
  using commands::Completion;
  arguments.option("-u,--user", globals.user, "USERNAME", "run as the given user")
      .completes(Completion::nothing);
  arguments.option("-m,--master", globals.master, "ADDRESS", "address of the master")
      .completes(Completion::nothing);
  // The --source of `trial logs` is the official one and says another thing.
  if (!declares(arguments, "--source"))
    arguments.option("--source", globals.source, "URI", "where trials and checkpoints are recorded")
        .completes(Completion::source);
  arguments.flag("--json", globals.json, "print JSON, and errors as a JSON object");
  arguments.flag("--no-input", globals.no_input, "never ask, never read an answer");
  arguments.flag("--debug", globals.debug, "log requests to stderr, secrets left out");
  arguments.option("--color", globals.color, "WHEN", "auto, always or never")
      .one_of({"auto", "always", "never"});
  arguments.option("--timeout", globals.timeout_seconds, "SECONDS", "give up after so many seconds")
      .check(no_seconds);
  arguments.option("--cacert", globals.cacert, "FILE", "trust this CA certificate (PEM)")
      .completes(Completion::file);
  arguments.flag("--insecure", globals.insecure, "do not verify the master's certificate");
  arguments.option("--progress", globals.progress, "FORM", "auto, bar, plain, json or none")
      .one_of({"auto", "bar", "plain", "json", "none"});
}

// The application that parses one command's arguments: the command's own options first, as help shows them.
struct Parser {
  explicit Parser(std::string name) : app("", std::move(name)) {}

  void add_global_options() {
    app.option_defaults()->group("Global options");
    arguments.help_flag("-h,--help", "show this help and exit");
    arguments.flag("-v,--version", version, "print the version and exit");
    add_globals(arguments, globals);
  }

  CLI::App app;
  commands::Arguments arguments{app};
  commands::Globals globals;
  bool version = false;
};

std::vector<std::string> long_flags(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// The whole name of a long flag of which `typed` is an unambiguous prefix; `typed` itself where none is.
std::string completed(const std::string& typed, const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), typed) != known.end()) return typed;
  std::vector<std::string> begun;
  std::copy_if(known.begin(), known.end(), std::back_inserter(begun),
               [&](const std::string& name) { return name.starts_with(typed); });
  if (begun.empty()) return typed;
  if (begun.size() > 1) {
    throw Error(Failure::usage,
                fmt::format("ambiguous flag {}: it could be {}", typed, fmt::join(begun, ", ")));
  }
  return begun.front();
}

bool is_negative_number(const std::string& word) {
  return word.size() > 1 && word[0] == '-' &&
         (std::isdigit(static_cast<unsigned char>(word[1])) != 0 || word[1] == '.');
}

bool takes_value(const CLI::Option* option) {
  return option != nullptr && option->get_items_expected_min() > 0;
}

// Whether the word is an option, or ends in a short one, that takes the next word for its value.
bool awaits_value(const CLI::App& app, const std::string& word) {
  if (word.size() < 2 || word[0] != '-' || word.find('=') != std::string::npos) return false;
  if (word[1] == '-') return takes_value(app.get_option_no_throw(word));
  for (std::size_t at = 1; at < word.size(); ++at) {
    const auto* option = app.get_option_no_throw(std::string{'-', word[at]});
    if (option == nullptr) return false;
    if (takes_value(option)) return at + 1 == word.size();
  }
  return false;
}

// As officially, what looks like a flag is never the value of the one before it.
void require_value(const CLI::App& app, const std::string& option, const std::string& next) {
  if (next.size() < 2 || next[0] != '-' || is_negative_number(next) || next.find(' ') != std::string::npos)
    return;
  if (!awaits_value(app, option)) return;
  throw Error(Failure::usage, fmt::format("{} needs a value, and {} is a flag", option, next));
}

// The arguments with long flags written out, and with a negative number joined to its flag, which CLI11 would
// take for a flag of its own.
std::vector<std::string> normalised(const CLI::App& app, const std::vector<std::string>& arguments) {
  const auto known = long_flags(app);
  std::vector<std::string> words;
  bool only_positionals = false;
  for (const auto& argument : arguments) {
    if (!only_positionals && !words.empty()) require_value(app, words.back(), argument);
    if (!only_positionals && argument.size() > 2 && argument.starts_with("--")) {
      const auto equals = std::min(argument.find('='), argument.size());
      words.push_back(completed(argument.substr(0, equals), known) + argument.substr(equals));
    } else if (!only_positionals && is_negative_number(argument) && !words.empty() &&
               words.back().starts_with("--") && words.back().find('=') == std::string::npos) {
      words.back() += '=' + argument;
    } else {
      words.push_back(argument);
    }
    only_positionals = only_positionals || argument == "--";
  }
  return words;
}

std::string sentence(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.pop_back();
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  return text;
}

Error unexpected_argument(const CLI::App& app) {
  const auto extras = app.remaining();
  const auto word = extras.empty() ? std::string() : extras.front();
  if (!word.starts_with('-')) return {Failure::usage, fmt::format("unexpected argument '{}'", word)};
  const auto near = commands::near_matches(word.substr(0, word.find('=')), long_flags(app));
  const auto advice = near.empty() ? "" : fmt::format("; did you mean {}?", fmt::join(near, ", "));
  return {Failure::usage, fmt::format("unknown flag {}{}", word, advice)};
}

Request parse_words(Parser& parser, const std::vector<std::string>& arguments) {
  auto words = normalised(parser.app, arguments);
  std::reverse(words.begin(), words.end());  // the order that CLI11 2.1 takes
  try {
    parser.app.parse(words);
  } catch (const CLI::CallForHelp&) {
    return Request::help;
  } catch (const CLI::ExtrasError&) {
    throw unexpected_argument(parser.app);
  } catch (const CLI::ParseError& error) {
    if (parser.version) return Request::version;
    throw Error(Failure::usage, sentence(error.what()));
  }
  return parser.version ? Request::version : Request::run;
}

std::string indented(std::string_view lines) {
  std::string text = "\nExamples:\n";
  while (!lines.empty()) {
    const auto end = std::min(lines.find('\n'), lines.size());
    text += "  " + std::string(lines.substr(0, end)) + '\n';
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return text;
}

}  // namespace

Parsed parse(const commands::Command& command, const std::vector<std::string>& arguments) {
  Parser parser("det " + std::string(command.path));
  auto action = command.attach(parser.arguments);
  parser.add_global_options();
  const auto request = parse_words(parser, arguments);
  return {request, parser.globals, std::move(action)};
}

Parsed parse_globals(const std::vector<std::string>& arguments) {
  Parser parser("det");
  parser.add_global_options();
  const auto request = parse_words(parser, arguments);
  return {request, parser.globals, {}};
}

DeclaredArguments declared_arguments(const commands::Command* command) {
  Parser parser("det");
  if (command != nullptr) command->attach(parser.arguments);
  const auto count = parser.arguments.declared().size();
  parser.add_global_options();
  const auto& all = parser.arguments.declared();
  const auto border = all.begin() + static_cast<std::ptrdiff_t>(count);
  return {{all.begin(), border}, {border, all.end()}};
}

std::string command_help(const commands::Command& command) {
  Parser parser("det " + std::string(command.path));
  parser.app.description(std::string(command.summary));
  parser.app.get_formatter()->column_width(34);
  command.attach(parser.arguments);
  parser.add_global_options();
  return parser.app.help() + indented(command.examples);
}

}  // namespace det::cli
