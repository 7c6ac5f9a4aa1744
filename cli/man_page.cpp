#include "cli/man_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "cli/command_line.hpp"
#include "cli/help.hpp"
#include "cli/version.hpp"
#include "commands/registry.hpp"
#include "model/error.hpp"

namespace det::cli {
namespace {

using commands::Declaration;

constexpr std::string_view place_of_commands = ".\\\" COMMANDS\n";
constexpr std::string_view program = "det";

// Text as roff prints it unchanged: backslashes, dashes, and what would begin a request.
std::string roff(std::string_view text) {
  std::string safe;
  if (!text.empty() && (text.front() == '.' || text.front() == '\'')) safe += "\\&";
  for (const char here : text) {
    if (here == '\\')
      safe += "\\e";
    else if (here == '-')
      safe += "\\-";
    else if (here == '"')
      safe += "\\(dq";
    else
      safe += here;
  }
  return safe;
}

std::string bold(std::string_view text) {
  return "\\fB" + roff(text) + "\\fP";
}

std::string italic(std::string_view text) {
  return "\\fI" + roff(text) + "\\fP";
}

// What help says in lower case, as a sentence.
std::string sentence(std::string_view text) {
  auto whole = std::string(text);
  if (!whole.empty()) whole[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(whole[0])));
  return roff(whole) + ".\n";
}

std::string term(const Declaration& argument) {
  if (argument.kind == Declaration::Kind::positional) {
    return italic(argument.names.front()) + (argument.takes_many ? " ..." : "");
  }
  std::string names;
  for (const auto& name : argument.names) names += (names.empty() ? "" : ", ") + bold(name);
  if (argument.kind == Declaration::Kind::flag) return names;
  return names + ' ' + italic(argument.placeholder) + (argument.takes_many ? " ..." : "");
}

std::string terms(const std::vector<Declaration>& arguments) {
  std::string text;
  for (const auto& argument : arguments) {
    text += ".TP\n" + term(argument) + '\n' + roff(argument.help);
    for (const auto& choice : argument.choices)
      text += (&choice == &argument.choices.front() ? ": " : ", ") + bold(choice);
    text += (argument.is_required && argument.kind == Declaration::Kind::option ? " (required)\n" : "\n");
  }
  return text;
}

std::string usage(const commands::Command& command, const std::vector<Declaration>& arguments) {
  std::string text = bold(fmt::format("{} {}", program, command.path));
  for (const auto& argument : arguments) {
    if (argument.kind == Declaration::Kind::positional) {
      text += ' ' + (argument.is_required ? term(argument) : '[' + term(argument) + ']');
    } else if (argument.is_required) {
      text += ' ' + bold(argument.names.back()) + ' ' + italic(argument.placeholder);
    }
  }
  const bool has_flags = std::any_of(arguments.begin(), arguments.end(), [](const Declaration& argument) {
    return argument.kind != Declaration::Kind::positional && !argument.is_required;
  });
  return text + (has_flags ? " [" + italic("flags") + "]\n" : "\n");
}

std::string examples(std::string_view lines) {
  std::string text = ".PP\n.RS 4\n.nf\n";
  while (!lines.empty()) {
    const auto end = std::min(lines.find('\n'), lines.size());
    text += roff(lines.substr(0, end)) + '\n';
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return text + ".fi\n.RE\n";
}

std::string section_of(const commands::Command& command) {
  const auto arguments = declared_arguments(&command).own;
  auto text =
      ".SS " + roff(command.path) + '\n' + usage(command, arguments) + ".PP\n" + sentence(command.summary);
  if (!command.aliases.empty()) text += ".PP\nAlso called " + bold(command.aliases) + ".\n";
  return text + terms(arguments) + examples(command.examples);
}

bool is_below(std::string_view path, std::string_view noun) {
  return path.size() > noun.size() && path.starts_with(noun) && path[noun.size()] == ' ';
}

std::string commands_of(std::string_view noun) {
  std::string text = ".SH COMMANDS\n";
  for (const auto* command : commands::all()) {
    if (is_below(command->path, noun)) text += section_of(*command);
  }
  return text + ".SH GLOBAL OPTIONS\nSee\n.BR det (1).\n";
}

bool has_page(std::string_view name) {
  return name.find(' ') == std::string_view::npos;
}

// The nouns with their pages, the commands that stand alone, and the options that stand anywhere.
std::string whole_program() {
  std::string text = ".SH COMMANDS\n";
  for (const auto& noun : commands::nouns()) {
    if (!has_page(noun.name)) continue;
    text += ".TP\n" + bold(fmt::format("{} {}", program, noun.name)) + '\n' + sentence(noun.summary);
    text += fmt::format("Also called {}.\nSee\n.BR det\\-{} (1).\n", bold(noun.aliases), roff(noun.name));
  }
  text += ".TP\n" + bold("det help") + ' ' + italic("command") + "\nShow help for a command.\n";
  for (const auto* command : commands::all()) {
    if (has_page(command->path)) text += section_of(*command);
  }
  return text + ".SH GLOBAL OPTIONS\nThese may stand anywhere on the line.\n" +
         terms(declared_arguments(nullptr).global);
}

std::string see_also(std::string_view noun) {
  std::vector<std::string> pages;
  if (noun != program) pages.emplace_back("det");
  for (const auto& other : commands::nouns()) {
    if (has_page(other.name) && other.name != noun) pages.push_back("det\\-" + roff(other.name));
  }
  std::sort(pages.begin(), pages.end());
  std::string text = ".SH SEE ALSO\n";
  for (const auto& page : pages)
    text += fmt::format(".BR {} (1){}\n", page, &page == &pages.back() ? "" : ",");
  return text;
}

std::string_view summary_of(const std::string& noun) {
  for (const auto& one : commands::nouns()) {
    if (one.name == noun && has_page(one.name)) return one.summary;
  }
  throw Error(Failure::usage, fmt::format("there is no manual page for '{}'", noun));
}

}  // namespace

std::string man_page(const std::string& noun, std::string_view date, std::string_view prose) {
  const bool whole = noun == program;
  const auto summary = whole ? "list, choose, fetch and keep training checkpoints" : summary_of(noun);
  const auto name = whole ? std::string(program) : fmt::format("{}\\-{}", program, roff(noun));
  auto title = name;
  std::transform(title.begin(), title.end(), title.begin(), [](unsigned char c) { return std::toupper(c); });
  auto text = fmt::format(".TH {} 1 {} \"det {}\"\n.SH NAME\n{} \\- {}\n", title, date, roff(version()), name,
                          roff(summary));
  text += fmt::format(".SH SYNOPSIS\n{}\n[{}]\n{} ...\n", bold(whole ? "det" : "det " + noun),
                      italic("global options"), italic("command"));
  const auto place = prose.find(place_of_commands);
  text += prose.substr(0, place);
  text += whole ? whole_program() : commands_of(noun);
  if (place != std::string_view::npos) text += prose.substr(place + place_of_commands.size());
  return text + see_also(noun);
}

}  // namespace det::cli
