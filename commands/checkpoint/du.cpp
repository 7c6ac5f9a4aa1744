#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "commands/arguments.hpp"
#include "commands/list_output.hpp"
#include "commands/naming.hpp"
#include "commands/own_experiments.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/cells.hpp"
#include "formatting/record_json.hpp"
#include "formatting/values.hpp"
#include "storage/file_list.hpp"

namespace det::commands {
namespace {

struct Options {
  std::optional<std::string> experiment;
  bool csv = false;
};

struct Usage {
  std::uint64_t checkpoints = 0;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

void add(const model::Checkpoint& checkpoint, Usage& usage) {
  ++usage.checkpoints;
  for (const auto& file : checkpoint.files) {
    if (!file.path.ends_with('/')) ++usage.files;
    usage.bytes = storage::saturating_sum(usage.bytes, file.size_bytes);
  }
}

// Of one experiment, by trial in the order in which they come, and state.
class Tally {
 public:
  void add(const model::Checkpoint& checkpoint) {
    const auto [place, is_new] = places_.emplace(checkpoint.trial_id, trials_.size());
    if (is_new) trials_.push_back({checkpoint.trial_id, {}});
    auto& states = trials_[place->second].second;
    commands::add(checkpoint, states[checkpoint.state_word]);
  }
  const auto& trials() const { return trials_; }

 private:
  std::map<std::string, std::size_t> places_;
  std::vector<std::pair<std::string, std::map<std::string, Usage>>> trials_;
};

// One line of the answer.
struct Share {
  std::string experiment;
  std::string trial;
  std::string state;
  Usage usage;
};

bool is_freed(const Share& share) {
  return share.state == "DELETED";
}

model::Json share_json(const Share& share) {
  model::Json object;
  object["experiment_id"] = formatting::id_json(share.experiment);
  object["trial_id"] = formatting::id_json(share.trial);
  object["state"] = share.state;
  object["checkpoints"] = share.usage.checkpoints;
  object["files"] = share.usage.files;
  object["size"] = is_freed(share) ? 0 : share.usage.bytes;
  object["freed"] = is_freed(share) ? share.usage.bytes : 0;
  return object;
}

// Prints shares, and below a table what they come to.
class Answer {
 public:
  Answer(Context& context, ListForm form)
      : form_(form),
        list_(context, form,
              {"Experiment ID", "Trial ID", "State", "Checkpoints", "Files", "Size", "Freed"}) {}

  void add(const std::string& experiment, const Tally& tally) {
    for (const auto& [trial, states] : tally.trials()) {
      for (const auto& [state, usage] : states) add({experiment, trial, state, usage});
    }
  }
  void finish() {
    if (form_ == ListForm::table) {
      const auto freed = freed_ > 0 ? formatting::Cell(size(freed_)) : formatting::Cell();
      list_.add({formatting::Cell(), formatting::Cell(), "Total", std::to_string(total_.checkpoints),
                 std::to_string(total_.files), size(total_.bytes), freed});
    }
    list_.finish();
  }

 private:
  void add(const Share& share) {
    if (list_.wants_json()) return list_.add(share_json(share));
    const auto& usage = share.usage;
    const bool freed = is_freed(share);
    const bool known = !freed || usage.bytes > 0;
    const auto bytes = known ? formatting::Cell(size(usage.bytes)) : formatting::Cell();
    list_.add({formatting::text_cell(share.experiment), formatting::text_cell(share.trial),
               formatting::text_cell(share.state), std::to_string(usage.checkpoints),
               std::to_string(usage.files), freed ? formatting::Cell() : bytes,
               freed ? bytes : formatting::Cell()});
    if (freed) freed_ = storage::saturating_sum(freed_, usage.bytes);
    if (freed) return;
    total_.checkpoints += usage.checkpoints;
    total_.files += usage.files;
    total_.bytes = storage::saturating_sum(total_.bytes, usage.bytes);
  }
  // Who reads CSV counts on.
  std::string size(std::uint64_t bytes) const {
    return form_ == ListForm::csv ? std::to_string(bytes) : formatting::human_size(bytes);
  }

  ListForm form_;
  ListOutput list_;
  Usage total_;
  std::uint64_t freed_ = 0;
};

void measure(const std::string& experiment, sources::Source& source, Answer& answer) {
  naming("failed to measure the checkpoints of experiment " + experiment, [&] {
    Tally tally;
    source.checkpoints({sources::Scope::experiment, experiment}, [&](const model::Checkpoint& checkpoint) {
      tally.add(checkpoint);
      return true;
    });
    answer.add(experiment, tally);
  });
}

void measure_all(Context& context, Answer& answer) {
  const auto source = context.source({});
  each_own_experiment(context, [&](const std::string& id) { measure(id, *source, answer); });
}

void run(const Options& options, Context& context) {
  Answer answer(context, list_form(context, options.csv));
  if (options.experiment) {
    const auto reference = parse_reference(*options.experiment, "experiment", context.globals());
    measure(reference.id, *context.source(reference), answer);
  } else if (const auto path = named_directory(context.globals().source.value_or(""))) {
    measure(*path, *context.source({}), answer);
  } else {
    measure_all(context, answer);
  }
  answer.finish();
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments
      .positional("experiment_id", options->experiment,
                  "experiment whose checkpoints to measure (default: all of the user's)")
      .completes(Completion::experiment);
  arguments.flag("--csv", options->csv, "print as CSV, with sizes in bytes");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command checkpoint_du{"checkpoint du",
                                             "",
                                             "say how much room checkpoints take, by trial and state",
                                             "det checkpoint du 12\n"
                                             "det c du --csv\n"
                                             "det c du dir:checkpoints --json",
                                             attach,
                                             Asks::master};

}  // namespace det::commands
