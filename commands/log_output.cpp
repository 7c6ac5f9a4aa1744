#include "commands/log_output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <string_view>
#include <utility>

#include "commands/arguments.hpp"
#include "formatting/json.hpp"
#include "formatting/log_text.hpp"
#include "model/error.hpp"
#include "model/json.hpp"
#include "model/number.hpp"

namespace det::commands {
namespace {

// From the least to the gravest.
constexpr std::array levels{"UNSPECIFIED", "TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"};
// Lines of --tail that are kept until the last one has come.
constexpr std::size_t most_kept_bytes = std::size_t{256} << 20;

std::string no_rank(const std::string& text) {
  return model::number<int>(text) ? "" : "it takes a number, not '" + text + "'";
}

std::vector<std::string> levels_from(const std::optional<std::string>& least) {
  std::vector<std::string> words;
  if (!least) return words;
  for (auto level = std::find(levels.begin(), levels.end(), *least); level != levels.end(); ++level)
    words.push_back(std::string("LOG_LEVEL_") + *level);
  return words;
}

// As officially, `--head 0` asks for everything, and `--tail 0` for everything backwards.
client::LogQuery query_of(const std::string& trial_id, const LogOptions& options) {
  return {.trial_id = trial_id,
          .follow = options.follow,
          .limit = options.head.value_or(0) > 0 ? options.head : options.tail,
          .newest_first = options.tail.has_value(),
          .agents = options.agents,
          .containers = options.containers,
          .levels = levels_from(options.level),
          .ranks = options.ranks,
          .sources = options.sources,
          .stdtypes = options.stdtypes,
          .after = options.after,
          .before = options.before};
}

template <typename Value>
model::Json json_of(const std::optional<Value>& value) {
  return value ? model::Json(*value) : model::Json();
}

std::string json_text(const model::LogLine& line) {
  const model::Json object{{"agentId", json_of(line.agent_id)},
                           {"containerId", json_of(line.container_id)},
                           {"id", line.id},
                           {"level", line.level},
                           {"log", json_of(line.text)},
                           {"message", line.message},
                           {"rankId", json_of(line.rank)},
                           {"source", json_of(line.source)},
                           {"stdtype", json_of(line.stdtype)},
                           {"timestamp", line.timestamp},
                           {"trialId", line.trial_id}};
  return formatting::json_text(object) + '\n';
}

// What is printed of a line. Piped, a message leaves as it came.
std::string shown(const model::LogLine& line, const Context& context) {
  if (context.globals().json) return json_text(line);
  if (!context.terminal().out) return line.message;
  const bool coloured = context.globals().color != "never";
  return formatting::log_text(line.message,
                              coloured ? formatting::Colours::kept : formatting::Colours::shown);
}

// The first text leaves at once: what a failure would otherwise take back has arrived.
class Printer {
 public:
  explicit Printer(std::ostream& out) : out_(out) {}

  void print(std::string_view text) {
    out_ << text;
    if (!std::exchange(begun_, true)) out_.flush();
  }

 private:
  std::ostream& out_;
  bool begun_ = false;
};

void print_as_it_comes(Context& context, client::Master& master, const client::LogQuery& query) {
  Printer printer(context.out());
  master.trial_logs(
      query,
      [&](const model::LogLine& line) {
        printer.print(shown(line, context));
        return true;
      },
      [&] { context.out().flush(); });
}

void print_tail(Context& context, client::Master& master, const client::LogQuery& query) {
  std::vector<std::string> kept;
  std::size_t kept_bytes = 0;
  const auto most_lines = static_cast<std::size_t>(query.limit.value_or(0));
  master.trial_logs(
      query,
      [&](const model::LogLine& line) {
        kept_bytes += kept.emplace_back(shown(line, context)).size() + sizeof(std::string);
        if (kept_bytes > most_kept_bytes)
          throw Error(Failure::usage, "the lines are longer than 256 MiB; a smaller --tail is needed");
        return kept.size() != most_lines;
      },
      [] {});
  Printer printer(context.out());
  for (auto line = kept.rbegin(); line != kept.rend(); ++line) printer.print(*line);
}

}  // namespace

void add_log_flags(Arguments& arguments, LogOptions& options) {
  arguments.flag("-f,--follow", options.follow, "follow the log of a running trial, similar to tail -f");
  arguments.option("--head", options.head, "N", "number of lines to show, from the beginning").at_least(0);
  arguments.option("--tail", options.tail, "N", "number of lines to show, from the end").at_least(0);
  const auto add_each = [&](std::string_view name, std::vector<std::string>& into,
                            std::string_view placeholder, std::string_view help) {
    return arguments.option(name, into, placeholder, help).one_word_each().completes(Completion::nothing);
  };
  add_each("--agent-id", options.agents, "ID", "agents to show logs from (repeat for several)");
  add_each("--container-id", options.containers, "ID", "containers to show logs from (repeat for several)");
  add_each("--rank-id", options.ranks, "N", "ranks to show logs from (repeat for several)").check(no_rank);
  arguments
      .option("--timestamp-before", options.before, "TIME",
              "show logs only from before (RFC 3339), '2021-10-26T23:17:12Z'")
      .completes(Completion::nothing);
  arguments.option("--timestamp-after", options.after, "TIME", "show logs only from after (RFC 3339)")
      .completes(Completion::nothing);
  arguments.option("--level", options.level, "LEVEL", "show logs with this level or higher")
      .one_of({"UNSPECIFIED", "TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"});
  add_each("--source", options.sources, "SOURCE",
           "sources to show logs from (repeat for several); another master is named by -m");
  add_each("--stdtype", options.stdtypes, "TYPE", "output streams to show logs from (repeat for several)")
      .offers({"stdout", "stderr"});
}

void refuse_contradictions(const LogOptions& options) {
  const int given = (options.head ? 1 : 0) + (options.tail ? 1 : 0) + (options.follow ? 1 : 0);
  if (given > 1) throw Error(Failure::usage, "only one of --head, --tail and --follow can be given");
}

void print_log(Context& context, client::Master& master, const Reference& trial, const LogOptions& options) {
  const auto query = query_of(trial.id, options);
  const auto reopening = "det trial logs -f " + (trial.source ? *trial.source + '#' : "") + trial.id;
  // Caught to say how to go on.
  try {
    if (options.tail) {
      print_tail(context, master, query);
    } else {
      print_as_it_comes(context, master, query);
    }
  } catch (const Error& error) {
    if (!options.follow || error.failure != Failure::unreachable || !error.next.empty()) throw;
    throw error.advising(reopening);
  }
  auto& told = context.globals().json ? context.err() : context.out();
  told << "Trial log stream ended. To reopen log stream, run: " << reopening << '\n';
}

}  // namespace det::commands
