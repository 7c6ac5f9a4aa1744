#include "cli/command_line.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cctype>
#include <charconv>

#include "commands/near_matches.hpp"
#include "model/error.hpp"

namespace det::cli {
namespace {

bool is_positive(const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number > 0 && number < 1e9;
}

void add_globals(CLI::App& app, commands::Globals& globals) {
  const auto add = [&](const char* names, auto& value, const char* help, const char* placeholder) {
    return app.add_option(names, value, help)->group("Global options")->type_name(placeholder);
  };
  const auto flag = [&](const char* names, bool& value, const char* help) {
    app.add_flag(names, value, help)->group("Global options");
  };
  add("-u,--user", globals.user, "run as the given user", "USERNAME");
  add("-m,--master", globals.master, "address of the master", "ADDRESS");
  add("--source", globals.source, "where trials and checkpoints are recorded", "URI");
  flag("--json", globals.json, "print JSON, and errors as a JSON object");
  flag("--no-input", globals.no_input, "never ask, never read an answer");
  flag("--debug", globals.debug, "log requests to stderr, secrets left out");
  add("--color", globals.color, "auto, always or never", "WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  add("--timeout", globals.timeout_seconds, "give up after so many seconds", "SECONDS")
      ->check(CLI::Validator(
          [](std::string& text) {
            return is_positive(text) ? "" : "it takes a number of seconds, not '" + text + "'";
          },
          ""));
  add("--cacert", globals.cacert, "trust this CA certificate (PEM)", "FILE");
  flag("--insecure", globals.insecure, "do not verify the master's certificate");
  add("--progress", globals.progress, "auto, bar, plain, json or none", "FORM")
      ->check(CLI::IsMember({"auto", "bar", "plain", "json", "none"}));
}

// The application that parses one command's arguments: the command's own options first, as help shows them.
struct Parser {
  explicit Parser(std::string name) : app("", std::move(name)) {}

  void add_global_options() {
    app.set_help_flag("-h,--help", "show this help and exit")->group("Global options");
    app.add_flag("-v,--version", version, "print the version and exit")->group("Global options");
    add_globals(app, globals);
  }

  CLI::App app;
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

// The arguments with long flags written out, and with a negative number joined to its flag, which CLI11 would
// take for a flag of its own.
std::vector<std::string> normalised(const CLI::App& app, const std::vector<std::string>& arguments) {
  const auto known = long_flags(app);
  std::vector<std::string> words;
  bool only_positionals = false;
  for (const auto& argument : arguments) {
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
  auto action = command.attach(parser.app);
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

std::string command_help(const commands::Command& command) {
  Parser parser("det " + std::string(command.path));
  parser.app.description(std::string(command.summary));
  parser.app.get_formatter()->column_width(34);
  command.attach(parser.app);
  parser.add_global_options();
  return parser.app.help() + indented(command.examples);
}

}  // namespace det::cli
