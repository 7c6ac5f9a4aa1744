#include <memory>
#include <optional>
#include <ostream>
#include <utility>

#include "commands/arguments.hpp"
#include "commands/description_output.hpp"
#include "commands/naming.hpp"
#include "commands/new_files.hpp"
#include "commands/paging.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/described_json.hpp"
#include "formatting/experiment_description.hpp"
#include "formatting/history_table.hpp"
#include "formatting/json.hpp"
#include "model/history.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string experiments;
  bool metrics = false;
  bool csv = false;
  std::optional<std::string> outdir;
};

struct DescribedTrial {
  model::Trial trial;
  model::TrialHistory history;
};

struct Described {
  model::Experiment experiment;
  std::vector<DescribedTrial> trials;
};

std::vector<Reference> parse_references(const std::string& text, const Globals& globals) {
  std::vector<Reference> references;
  std::size_t begin = 0;
  while (true) {
    const auto comma = text.find(',', begin);
    references.push_back(parse_reference(text.substr(begin, comma - begin), "experiment", globals));
    if (comma == std::string::npos) return references;
    begin = comma + 1;
  }
}

ListForm refuse_contradictions(const Options& options, const Context& context) {
  const auto form = description_form(context, options.csv);
  if (options.outdir && form != ListForm::table) {
    throw Error(Failure::usage, form == ListForm::json ? "--outdir and --json exclude each other"
                                                       : "--outdir and --csv exclude each other");
  }
  if (options.outdir && options.outdir->empty())
    throw Error(Failure::usage, "--outdir needs the name of a directory");
  return form;
}

// What a master answers, or in the same shape what another source knows.
model::Json document_of(const Reference& reference, Context& context) {
  if (is_of_master(reference, context.globals()))
    return context.master(reference).experiment_document(reference.id);
  const auto experiment = context.source(reference)->experiment(reference.id);
  return {
      {"experiment",
       {{"id", experiment.id}, {"name", experiment.name}, {"trialIds", model::Json(experiment.trial_ids)}}}};
}

void print_documents(Context& context, const std::vector<Reference>& references) {
  auto documents = model::Json::array();
  for (const auto& reference : references) {
    documents.push_back(naming("failed to describe experiment " + reference.id, [&] {
      return formatting::described_experiment(document_of(reference, context));
    }));
  }
  context.out() << formatting::json_text(documents, {.indent = 2, .sort_keys = true}) << '\n';
}

model::TrialHistory history_of(const model::Trial& trial, client::Master& master) {
  constexpr int workloads_a_page = 500;
  model::TrialHistory history;
  int delivered = 0;
  each_page({.limit = workloads_a_page}, delivered, [&](const client::Paging& page) {
    return master.workloads(trial.id, page, false, [&](const model::Workload& workload) {
      ++delivered;
      history.add(workload);
      return true;
    });
  });
  return history;
}

// A source that keeps no history of a trial still knows its checkpoints and what they were measured by.
void add_to_history(const model::Checkpoint& checkpoint, model::TrialHistory& history) {
  model::Workload saved;
  saved.kind = model::WorkloadKind::checkpoint;
  saved.total_batches = checkpoint.steps_completed.value_or(0);
  saved.ended = checkpoint.reported;
  saved.state = checkpoint.state_word;
  saved.checkpoint_id = checkpoint.id;
  history.add(saved);
  if (!checkpoint.validation_metrics.is_object()) return;
  saved.kind = model::WorkloadKind::validation;
  saved.metrics = checkpoint.validation_metrics;
  history.add(saved);
}

Described describe(const std::string& id, sources::Source& source) {
  Described described{source.experiment(id), {}};
  source.trials(id, [&](const model::Trial& trial) {
    described.trials.push_back({trial, {}});
    return true;
  });
  source.checkpoints({sources::Scope::experiment, id}, [&](const model::Checkpoint& checkpoint) {
    for (auto& [trial, history] : described.trials) {
      if (trial.id == checkpoint.trial_id) add_to_history(checkpoint, history);
    }
    return true;
  });
  return described;
}

Described describe(model::Experiment experiment, client::Master& master) {
  Described described{std::move(experiment), {}};
  master.trials(described.experiment.id, {}, [&](const model::Trial& trial) {
    described.trials.push_back({trial, {}});
    return true;
  });
  for (auto& [trial, history] : described.trials) history = history_of(trial, master);
  return described;
}

// All experiments are asked first, so that one that does not exist costs no more than that.
std::vector<Described> describe_all(const std::vector<Reference>& references, Context& context) {
  const auto of_master = [&](const Reference& one) { return is_of_master(one, context.globals()); };
  std::vector<model::Experiment> experiments(references.size());
  for (std::size_t i = 0; i < references.size(); ++i) {
    if (!of_master(references[i])) continue;
    experiments[i] = naming("failed to describe experiment " + references[i].id,
                            [&] { return context.master(references[i]).experiment(references[i].id); });
  }
  std::vector<Described> all;
  for (std::size_t i = 0; i < references.size(); ++i) {
    const auto& one = references[i];
    all.push_back(naming("failed to describe experiment " + one.id, [&] {
      return of_master(one) ? describe(std::move(experiments[i]), context.master(one))
                            : describe(one.id, *context.source(one));
    }));
  }
  return all;
}

formatting::Table experiment_table(const std::vector<Described>& all) {
  formatting::Table table{formatting::described_experiment_columns(), {}};
  for (const auto& described : all)
    table.rows.push_back(formatting::described_experiment_row(described.experiment));
  return table;
}

formatting::Table trial_table(const std::vector<Described>& all) {
  formatting::Table table{formatting::described_trial_columns(), {}};
  for (const auto& described : all) {
    for (const auto& [trial, history] : described.trials)
      table.rows.push_back(formatting::described_trial_row(trial));
  }
  return table;
}

// An experiment's trials report alike: its first trial that reports metrics of a kind names them, as
// officially.
formatting::MetricColumns metric_columns(const std::vector<Described>& all) {
  formatting::MetricColumns columns;
  for (const auto& described : all) {
    const std::vector<std::string> none;
    const auto* training = &none;
    const auto* validation = &none;
    for (const auto& [trial, history] : described.trials) {
      if (training->empty()) training = &history.training_names();
      if (validation->empty()) validation = &history.validation_names();
    }
    columns.training.insert(training->begin(), training->end());
    columns.validation.insert(validation->begin(), validation->end());
  }
  return columns;
}

formatting::Table workload_table(const std::vector<Described>& all,
                                 const formatting::MetricColumns& metrics) {
  formatting::Table table{formatting::history_columns(metrics), {}};
  for (const auto& described : all) {
    for (const auto& [trial, history] : described.trials) {
      for (const auto& row : history.rows())
        table.rows.push_back(formatting::history_row(trial.id, row, metrics));
    }
  }
  return table;
}

void run(const Options& options, Context& context) {
  const auto references = parse_references(options.experiments, context.globals());
  const auto form = refuse_contradictions(options, context);
  if (form == ListForm::json) return print_documents(context, references);
  const auto all = describe_all(references, context);
  auto workloads = workload_table(all, options.metrics ? metric_columns(all) : formatting::MetricColumns{});
  if (options.outdir) {
    return write_files(*options.outdir, {{"experiments.csv", csv_text(experiment_table(all))},
                                         {"trials.csv", csv_text(trial_table(all))},
                                         {"workloads.csv", csv_text(workloads)}});
  }
  context.out() << "Experiment:\n";
  print_table(context, form, experiment_table(all));
  context.out() << "\nTrials:\n";
  print_table(context, form, trial_table(all));
  context.out() << "\nWorkloads:\n";
  print_table(context, form, std::move(workloads));
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments
      .positional("experiment_ids", options->experiments, "comma-separated list of experiments to describe")
      .completes(Completion::experiment);
  arguments.flag("--metrics", options->metrics, "display full metrics");
  arguments.flag("--csv", options->csv, "print as CSV");
  arguments.option("--outdir", options->outdir, "DIR", "directory to save the tables in, as CSV files")
      .completes(Completion::directory);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command experiment_describe{"experiment describe",
                                                   "",
                                                   "describe experiment",
                                                   "det experiment describe 12\n"
                                                   "det e describe 12,13 --metrics --csv\n"
                                                   "det e describe 12 --json\n"
                                                   "det e describe 12 --metrics --outdir tables",
                                                   attach,
                                                   Asks::master};

}  // namespace det::commands
