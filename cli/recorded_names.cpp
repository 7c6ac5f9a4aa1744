#include "cli/recorded_names.hpp"

#include <fmt/format.h>

#include <set>

#include "commands/reference.hpp"
#include "formatting/values.hpp"

namespace det::cli {
namespace {

using commands::Completion;
using commands::Reference;
using sources::Scope;

constexpr std::size_t most_names = 100;
constexpr std::size_t longest_bytes = 200;
constexpr int listed_experiments = 100;
constexpr int searched_experiments = 10;
constexpr int rows_with_metrics = 20;

class Names {
 public:
  explicit Names(const std::string& begun) : begun_(begun) {}

  // False when there are enough.
  bool add(const std::string& text, const std::string& about) {
    const bool fits = !text.empty() && text.size() <= longest_bytes && text[0] != '-' &&
                      text.starts_with(begun_) && formatting::terminal_safe(text) == text;
    if (fits && seen_.insert(text).second) names_.push_back({text, about.substr(0, longest_bytes)});
    return names_.size() < most_names;
  }
  bool empty() const { return names_.empty(); }
  std::vector<RecordedName> taken() && { return std::move(names_); }

 private:
  const std::string& begun_;
  std::vector<RecordedName> names_;
  std::set<std::string> seen_;
};

// What the line says of where to look.
class Search {
 public:
  Search(const TypedWord& word, commands::Context& context)
      : word_(word), context_(context), names_(word.begun) {}

  std::vector<RecordedName> run() && {
    switch (word_.argument->completion) {
      case Completion::experiment:
        each_experiment([this](const auto& one) {
          return names_.add(one.id,
                            fmt::format("{}{}  {}", one.archived ? "archived, " : "", one.state, one.name));
        });
        break;
      case Completion::trial:
        add_trials();
        break;
      case Completion::checkpoint:
        add_checkpoints();
        break;
      case Completion::checkpoint_file:
        add_files();
        break;
      case Completion::metric:
        add_metrics();
        break;
      case Completion::label:
        each_experiment([this](const auto& one) { return add_labels(one); });
        break;
      case Completion::own_label:
        if (const auto experiment = given_experiment()) {
          add_labels(context_.source(*experiment)->experiment(experiment->id));
        }
        break;
      default:
        break;
    }
    return std::move(names_).taken();
  }

 private:
  using TakeExperiment = std::function<bool(const model::Experiment&)>;

  std::optional<std::string> given(Completion kind) const {
    for (const auto& [argument, value] : word_.given) {
      if (argument.completion == kind && argument.choices.empty()) return value.substr(0, value.find(','));
    }
    return std::nullopt;
  }

  std::optional<Reference> given_experiment() const {
    const auto text = given(Completion::experiment);
    if (!text) return std::nullopt;
    return commands::parse_reference(*text, "experiment", context_.globals());
  }

  // The user's; everyone's where none of these has what is wanted.
  void each_experiment(const TakeExperiment& take) {
    auto& master = context_.master({});
    client::ExperimentQuery query{
        .paging = {0, listed_experiments}, .archived = {}, .owners = {}, .newest_first = true};
    if (const auto user = context_.session({}).username(); !user.empty()) {
      query.owners = {user};
      master.experiments(query, take);
      if (!names_.empty()) return;
      query.owners.clear();
    }
    master.experiments(query, take);
  }

  // Where trials and checkpoints are looked for when the line names none: the newest experiments, or the
  // whole directory that --source names.
  std::vector<std::string> searched() {
    const auto& source = context_.globals().source;
    if (const auto directory = source ? commands::named_directory(*source) : std::nullopt)
      return {*directory};
    std::vector<std::string> ids;
    client::ExperimentQuery query{
        .paging = {0, searched_experiments}, .archived = false, .owners = {}, .newest_first = true};
    if (const auto user = context_.session({}).username(); !user.empty()) query.owners = {user};
    context_.master({}).experiments(query, [&](const model::Experiment& one) {
      ids.push_back(one.id);
      return true;
    });
    return ids;
  }

  void add_trials() {
    const auto source = context_.source({});
    bool more = true;
    for (const auto& id : searched()) {
      if (!more) return;
      source->trials(id, [&](const model::Trial& trial) {
        return more = names_.add(trial.id,
                                 fmt::format("{}  of experiment {}", trial.state, trial.experiment_id));
      });
    }
  }

  bool add_checkpoint(const model::Checkpoint& one) {
    if (one.state == model::CheckpointState::deleted) return true;
    const auto steps = one.steps_completed ? fmt::format("  {} batches", *one.steps_completed) : "";
    return names_.add(one.id, fmt::format("trial {}{}  {}", one.trial_id, steps, one.state_word));
  }

  void add_checkpoints() {
    bool more = true;
    const auto take = [&](const model::Checkpoint& one) { return more = add_checkpoint(one); };
    if (const auto trial = given(Completion::trial)) {
      context_.source({})->checkpoints({Scope::trial, *trial}, take);
    } else if (const auto experiment = given_experiment()) {
      context_.source(*experiment)->checkpoints({Scope::experiment, experiment->id}, take);
    } else {
      const auto source = context_.source({});
      for (const auto& id : searched()) {
        if (more) source->checkpoints({Scope::experiment, id}, take);
      }
    }
  }

  void add_files() {
    const auto id = given(Completion::checkpoint);
    if (!id) return;
    for (const auto& file : context_.source({})->checkpoint(*id).files) {
      if (!file.path.ends_with('/')) names_.add(file.path, formatting::human_size(file.size_bytes));
    }
  }

  // A trial's summary is cheap for a master, the list of checkpoints is not.
  void add_metrics() {
    if (const auto id = given(Completion::trial)) {
      add_metrics(*context_.source({}), {Scope::trial, *id}, *id);
    } else if (const auto experiment = given_experiment()) {
      const auto source = context_.source(*experiment);
      const auto trials = source->experiment(experiment->id).trial_ids;
      if (!trials.empty()) add_metrics(*source, {Scope::experiment, experiment->id}, trials.front());
    }
  }

  void add_metrics(sources::Source& source, const sources::Query& query, const std::string& trial) {
    const auto summary = source.trial(trial).summary_metrics;
    if (summary.is_object() && summary.contains("validation_metrics")) {
      add_names(summary["validation_metrics"]);
      return;
    }
    int rows = 0;
    source.checkpoints(query, [&](const model::Checkpoint& one) {
      const auto& metrics = one.validation_metrics;
      if (!metrics.is_object() || !metrics.contains("avgMetrics")) return true;
      add_names(metrics["avgMetrics"]);
      return ++rows < rows_with_metrics;
    });
  }

  void add_names(const model::Json& values) {
    if (!values.is_object()) return;
    for (const auto& [name, value] : values.items()) names_.add(name, "");
  }

  bool add_labels(const model::Experiment& experiment) {
    bool more = true;
    for (const auto& label : experiment.labels) more = names_.add(label, "");
    return more;
  }

  const TypedWord& word_;
  commands::Context& context_;
  Names names_;
};

}  // namespace

std::vector<RecordedName> recorded_names(const TypedWord& word, commands::Context& context) {
  return Search(word, context).run();
}

}  // namespace det::cli
