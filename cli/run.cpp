#include "cli/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <new>

#include "cli/command_line.hpp"
#include "cli/command_tree.hpp"
#include "cli/completion.hpp"
#include "cli/failure_text.hpp"
#include "cli/help.hpp"
#include "cli/man_page.hpp"
#include "cli/streams.hpp"
#include "cli/version.hpp"
#include "commands/near_matches.hpp"
#include "commands/unserved.hpp"
#include "formatting/shell_word.hpp"

namespace det::cli {
namespace {

Error unknown_word(const Route& found) {
  if (commands::is_unserved(found.noun, found.unknown)) {
    const auto path = found.noun + (found.noun.empty() ? "" : " ") + found.unknown;
    return Error(Failure::usage, fmt::format("this version does not serve 'det {}'", path))
        .advising("det --help");
  }
  const auto near = commands::near_matches(found.unknown, words_below(found.noun));
  const auto where = found.noun.empty() ? "" : " " + found.noun;
  const auto advice = near.empty() ? "" : fmt::format("; did you mean {}?", fmt::join(near, ", "));
  return Error(Failure::usage, fmt::format("unknown command 'det{} {}'{}", where, found.unknown, advice))
      .advising(fmt::format("det{} --help", where));
}

// The words after `help`, below the noun where it stood: what to show help of.
std::string help_of(const Route& asked) {
  std::vector<std::string> line;
  if (!asked.noun.empty()) line.push_back(asked.noun.substr(0, asked.noun.find(' ')));
  if (asked.noun.find(' ') != std::string::npos) line.push_back(asked.noun.substr(asked.noun.find(' ') + 1));
  std::vector<std::string> flags;
  for (const auto& word : asked.arguments) (word.starts_with('-') ? flags : line).push_back(word);
  parse_globals(flags);  // refuses what is none
  const auto found = route(line);
  if (found.command != nullptr) return command_help(*found.command);
  if (!found.unknown.empty()) throw unknown_word(found);
  return overview(found.noun);
}

// `det __man NOUN DATE PROSE_FILE`, for the installation.
std::string man_page_of(const std::vector<std::string>& words) {
  if (words.size() != 3) throw Error(Failure::usage, "it takes a noun, a date and a file of prose");
  std::ifstream file(words[2], std::ios::binary);
  const std::string prose(std::istreambuf_iterator<char>(file), {});
  if (!file.good() && !file.eof()) throw Error(Failure::local_disk, "could not read " + words[2]);
  return man_page(words[0], words[1], prose);
}

// Words for programs, which no help shows.
bool answer_hidden(const Route& found, Host& host) {
  if (!found.noun.empty()) return false;
  if (found.unknown == "__complete") {
    answer_completion(found.arguments, host);
  } else if (found.unknown == "__tree") {
    host.out() << command_tree();
  } else if (found.unknown == "__man") {
    host.out() << man_page_of(found.arguments);
  } else {
    return false;
  }
  return true;
}

// A line that names no command asks for an overview, a version or help.
void answer_without_command(const Route& found, Host& host) {
  if (answer_hidden(found, host)) return;
  if (found.unknown == "help") {
    host.out() << help_of(found);
    return;
  }
  if (!found.unknown.empty()) throw unknown_word(found);
  const auto request = parse_globals(found.arguments).request;
  host.out() << (request == Request::version ? version_line() : overview(found.noun));
}

// A line to copy that asks whom this line asked.
std::string with_globals(const std::string& next, const commands::Globals& globals) {
  if (!next.starts_with("det ") || next.starts_with("det -")) return next;
  std::string line = "det";
  if (globals.master) line += " -m " + formatting::shell_word(*globals.master);
  if (globals.source) line += " --source " + formatting::shell_word(*globals.source);
  return line + next.substr(sizeof "det" - 1);
}

void run_command(const Route& found, Host& host) {
  const auto& command = *found.command;
  Parsed parsed;
  try {
    parsed = parse(command, found.arguments);
    if (!parsed.globals.source) parsed.globals.source = found.source;
  } catch (const Error& error) {
    throw error.within(command.path).advising("det " + std::string(command.path) + " --help");
  }
  if (parsed.request == Request::help) {
    host.out() << command_help(command);
  } else if (parsed.request == Request::version) {
    host.out() << version_line();
  } else {
    const auto context = host.context(parsed.globals);
    try {
      parsed.action(*context);
    } catch (const Error& error) {
      if (error.next.empty()) throw;
      throw Error(error).advising(with_globals(error.next, parsed.globals));
    }
  }
}

// Whether the line asks for --json, read off it before it is parsed: a line that cannot be parsed fails in
// JSON, too.
bool asks_for_json(const std::vector<std::string>& line) {
  constexpr std::string_view flag = "--json";
  const auto end = std::find(line.begin(), line.end(), "--");
  return std::any_of(line.begin(), end,
                     [&](std::string_view word) { return word.size() > 2 && flag.starts_with(word); });
}

// What was printed before the failure leaves with it. That this may fail, too, is not said a second time.
void flush_rest(Host& host) {
  host.take_back_output();
  try {
    if (host.out().good()) host.out().flush();
  } catch (const std::exception&) {
    host.take_back_output();
  }
}

ExitCode print(const Error& error, bool as_json, Host& host) {
  flush_rest(host);
  host.err() << (as_json ? failure_json(error) : failure_text(error));
  host.err().flush();
  return exit_code(error.failure);
}

}  // namespace

ExitCode run(const std::vector<std::string>& line, Host& host) {
  const bool as_json = asks_for_json(line);
  try {
    const auto found = route(line);
    if (found.command == nullptr) {
      answer_without_command(found, host);
    } else {
      run_command(found, host);
    }
    host.out().flush();
    return ExitCode::done;
  } catch (const Error& error) {
    return print(error, as_json, host);
  } catch (const ClosedPipe&) {
    return ExitCode::done;
  } catch (const std::bad_alloc&) {
    return print(Error(Failure::unclassified, "out of memory"), as_json, host);
  } catch (const std::exception& error) {
    return print(Error(Failure::unclassified, fmt::format("unexpected failure: {}", error.what())), as_json,
                 host);
  }
}

}  // namespace det::cli
