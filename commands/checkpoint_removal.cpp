#include "commands/checkpoint_removal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <set>
#include <utility>

#include "commands/context.hpp"
#include "commands/if_served.hpp"
#include "commands/prompt.hpp"
#include "formatting/column_choice.hpp"
#include "formatting/table.hpp"
#include "formatting/values.hpp"
#include "model/error.hpp"
#include "model/ranking.hpp"

namespace det::commands {
namespace {

// What goes of one checkpoint.
struct Doomed {
  model::Checkpoint checkpoint;  // with those of its files that go
  bool registered = false;
  bool best = false;
};

std::vector<Doomed> read_checkpoints(client::Master& master, const PlannedRemoval& planned) {
  std::vector<Doomed> found;
  std::set<std::string> seen;
  for (const auto& uuid : planned.uuids) {
    auto checkpoint = master.checkpoint(uuid);
    if (!seen.insert(checkpoint.id).second) continue;
    std::erase_if(checkpoint.files, [&](const model::CheckpointFile& file) {
      return file.path.ends_with('/') || (planned.takes && !planned.takes(file.path));
    });
    found.push_back({.checkpoint = std::move(checkpoint)});
  }
  return found;
}

void mark_registered(client::Master& master, std::ostream& err, std::vector<Doomed>& doomed) {
  ask_if_served(err, "registered checkpoints are not marked, the model registry cannot be read", [&] {
    const auto registered = master.registered_checkpoints();
    for (auto& one : doomed) one.registered = registered.contains(one.checkpoint.id);
  });
}

// The id of the best checkpoint of an experiment by its searcher's metric; empty where none is ranked.
std::string best_of(client::Master& master, const std::string& experiment, bool smaller_is_better) {
  model::Ranking ranking({.smaller_is_better = smaller_is_better, .limit = 1});
  master.checkpoints({client::CheckpointScope::experiment, experiment},
                     [&](const model::Checkpoint& checkpoint) {
                       ranking.add(checkpoint);
                       return true;
                     });
  const auto ranked = ranking.finish();
  return ranked.checkpoints.empty() ? "" : ranked.checkpoints.front().checkpoint.id;
}

void mark_best(client::Master& master, std::ostream& err, std::vector<Doomed>& doomed) {
  std::map<std::string, std::string> best;  // by experiment
  for (auto& one : doomed) {
    const auto& checkpoint = one.checkpoint;
    const auto& experiment = checkpoint.experiment_id;
    if (experiment.empty() || checkpoint.configuration == nullptr) continue;
    if (!best.contains(experiment)) {
      ask_if_served(err, fmt::format("the best checkpoint of experiment {} is not marked", experiment), [&] {
        best[experiment] = best_of(master, experiment, checkpoint.configuration->searcher.smaller_is_better);
      });
    }
    const auto found = best.find(experiment);
    one.best = found != best.end() && found->second == checkpoint.id;
  }
}

formatting::Cell note(const Doomed& one) {
  if (one.registered && one.best) return "registered, best of its experiment";
  if (one.registered) return "registered";
  return one.best ? formatting::Cell("best of its experiment") : formatting::Cell();
}

// With the files where only some of them go.
formatting::Table table_of(const std::vector<Doomed>& doomed, bool whole) {
  const auto choice = formatting::column_choice(whole ? "uuid,experiment,batches,state,size"
                                                      : "uuid,experiment,batches,state,resources,size");
  formatting::Table table{formatting::chosen_columns(choice), {}};
  table.columns.push_back("Note");
  for (const auto& one : doomed) {
    auto row = formatting::chosen_row(one.checkpoint, choice);
    row.push_back(note(one));
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string counted_checkpoints(std::size_t count) {
  return fmt::format("{} checkpoint{}", count, count == 1 ? "" : "s");
}

void show(Context& context, const std::vector<Doomed>& doomed, bool whole) {
  std::uint64_t bytes = 0;
  for (const auto& one : doomed) bytes += model::total_bytes(one.checkpoint);
  context.err() << fmt::format("To be removed{}: {}, {}\n", whole ? "" : " from",
                               counted_checkpoints(doomed.size()), formatting::human_size(bytes));
  const auto table = table_of(doomed, whole);
  const auto& terminal = context.terminal();
  const auto shown = terminal.err && terminal.out ? formatting::to_text(table, terminal.width)
                                                  : formatting::FittedText{formatting::to_text(table), {}};
  context.err() << shown.text;
  if (!shown.cut.empty()) context.err() << shown.cut << '\n';
  const auto registered =
      std::count_if(doomed.begin(), doomed.end(), [](const auto& one) { return one.registered; });
  if (registered == 0) return;
  context.err() << counted_checkpoints(static_cast<std::size_t>(registered))
                << " in the model registry: a master refuses to remove any of these with them\n";
}

}  // namespace

std::vector<std::string> uuid_list(const std::string& text) {
  std::vector<std::string> uuids;
  for (std::size_t at = 0; at <= text.size();) {
    const auto comma = std::min(text.find(',', at), text.size());
    if (comma == at) {
      throw Error(Failure::usage,
                  fmt::format("'{}' names a checkpoint without a uuid: UUID,UUID is needed", text));
    }
    uuids.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return uuids;
}

void require_removal_consent(Context& context, const PlannedRemoval& planned) {
  require_input(context, "a removal");
  auto& master = context.master({});
  auto doomed = read_checkpoints(master, planned);
  mark_registered(master, context.err(), doomed);
  mark_best(master, context.err(), doomed);
  show(context, doomed, !planned.takes);
  if (!confirm(context, planned.question)) throw Error(Failure::declined, std::string(planned.declined));
}

}  // namespace det::commands
