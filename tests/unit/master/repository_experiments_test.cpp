#include <catch2/catch.hpp>

#include "master/repository/checkpoints.hpp"
#include "master/repository/experiments.hpp"
#include "master/repository/metrics.hpp"
#include "master/repository/task_logs.hpp"
#include "master/repository/trials.hpp"
#include "master/repository/users.hpp"
#include "model/error.hpp"
#include "repository_fixture.hpp"
#include "tests/support/thrown.hpp"

using det::Failure;
using det::model::ExperimentRecord;
using det::model::TrialRecord;
using det::testing::at;
using det::testing::Catalogue;
using det::testing::thrown;
using namespace det::master::repository;

namespace {

template <typename Row>
std::string ids(const Listed<Row>& listed) {
  std::string ids;
  for (const auto& row : listed.rows) ids += std::to_string(row.id);
  return ids;
}

// Three of ada's, the second archived and labelled.
struct Three : Catalogue {
  Three() {
    ExperimentRecord experiment;
    experiment.name = "Beta_one";
    experiment.state = "COMPLETED";
    experiment.progress = 1;
    experiment.labels = {"x", "y"};
    add_experiment(experiment);
    experiment.name = "alpha";
    experiment.archived = true;
    experiment.labels = {"x"};
    experiment.progress = {};
    add_experiment(experiment);
    experiment = {};
    experiment.name = "gamma";
    experiment.progress = 0.5;
    experiment.smaller_is_better = false;
    experiment.external_id = "ours";
    add_experiment(experiment);
  }

  std::string listed(const ExperimentQuery& query) { return ids(list_experiments(*this, query)); }
};

}  // namespace

TEST_CASE("an experiment comes back as it was inserted, with its owner and its trials") {
  Catalogue catalogue;
  ExperimentRecord experiment;
  experiment.name = "n";
  experiment.description = "d";
  experiment.labels = {"a\"b", "c"};
  experiment.started = at(7);
  experiment.parent_id = 4;
  experiment.external_id = "ours";
  experiment.smaller_is_better = false;
  experiment.original_configuration = "name: n\n";
  const auto id = catalogue.add_experiment(experiment);
  catalogue.add_trial(id);
  catalogue.add_trial(id);
  const auto found = *experiment_by_external_id(catalogue, "ours");
  CHECK(found.id == id);
  CHECK(found.labels == std::vector<std::string>{"a\"b", "c"});
  CHECK(found.started == at(7));
  CHECK_FALSE(found.ended);
  CHECK_FALSE(found.progress);
  CHECK(found.parent_id == 4);
  CHECK_FALSE(found.smaller_is_better);
  CHECK(found.original_configuration == "name: n\n");
  CHECK(found.owner.username == "ada");
  CHECK(found.trial_ids == std::vector<std::int64_t>{1, 2});
  CHECK(found.trial_count == 2);
  CHECK(thrown([&] { catalogue.add_experiment(experiment); }).message ==
        "external id 'ours' belongs to experiment 1");
  CHECK_FALSE(experiment_by_id(catalogue, 9));
}

TEST_CASE("experiments are listed by what the filter names") {
  Three catalogue;
  insert_user(catalogue, {.username = "bob"}, at(1));
  CHECK(catalogue.listed({}) == "123");
  CHECK(catalogue.listed({.filter = {.archived = false}}) == "13");
  CHECK(catalogue.listed({.filter = {.usernames = {"bob"}}}).empty());
  CHECK(catalogue.listed({.filter = {.usernames = {"bob"}, .user_ids = {1}}}) == "123");
  CHECK(catalogue.listed({.filter = {.states = {"COMPLETED", "ERROR"}}}) == "12");
  CHECK(catalogue.listed({.filter = {.labels = {"x"}}}) == "12");
  CHECK(catalogue.listed({.filter = {.labels = {"x", "y"}}}) == "1");
  CHECK(catalogue.listed({.filter = {.name = "A_O"}}) == "1");
  CHECK(catalogue.listed({.filter = {.project_id = 2}}).empty());
}

TEST_CASE("experiments are sorted and paged, those without a value last") {
  Three catalogue;
  CHECK(catalogue.listed({.sort = ExperimentSort::progress}) == "312");
  CHECK(catalogue.listed({.sort = ExperimentSort::progress, .direction = Direction::descending}) == "132");
  CHECK(catalogue.listed({.direction = Direction::descending, .slice = {.offset = 1, .limit = 1}}) == "2");
  CHECK(catalogue.listed({.slice = {.limit = -2}}).empty());
  const auto beyond = list_experiments(catalogue, {.slice = {.offset = 9}});
  CHECK(beyond.rows.empty());
  CHECK(beyond.total == 3);
}

TEST_CASE("experiments are sorted by the best searcher value of their trials") {
  Three catalogue;
  for (const std::int64_t experiment : {1, 3}) {
    for (const char* value : {"0.2", "\"NaN\"", "0.7"}) {
      catalogue.report(catalogue.add_trial(experiment), "validation", 1,
                       std::string(R"({"loss":)") + value + "}");
    }
  }
  CHECK(best_searcher_value(catalogue, 1) == 0.2);
  CHECK(best_searcher_value(catalogue, 3) == 0.7);
  CHECK_FALSE(best_searcher_value(catalogue, 2));
  CHECK(catalogue.listed(
            {.sort = ExperimentSort::searcher_metric_value, .direction = Direction::descending}) == "312");
}

TEST_CASE("a change of an experiment leaves what it does not name") {
  Three catalogue;
  CHECK(update_experiment(catalogue, 1, {.labels = {{"z"}}, .state = "ERROR", .ended = at(9)}));
  auto found = *experiment_by_id(catalogue, 1);
  CHECK(found.name == "Beta_one");
  CHECK(found.labels == std::vector<std::string>{"z"});
  CHECK(found.state == "ERROR");
  CHECK(found.ended == at(9));
  CHECK(reopen_experiment(catalogue, 1, "ACTIVE"));
  CHECK_FALSE(experiment_by_id(catalogue, 1)->ended);
  CHECK(experiments_in_states(catalogue, {"ACTIVE"}) == std::vector<std::int64_t>{1, 3});
}

TEST_CASE("an experiment is removed with all that belongs to it") {
  Three catalogue;
  const auto trial = catalogue.add_trial(1);
  catalogue.report(trial, "training", 1, R"({"loss":1})");
  catalogue.add_checkpoint(trial, "a", 1);
  det::model::LogRecord line;
  line.trial_id = trial;
  append_task_logs(catalogue, std::vector{line});
  CHECK(remove_experiment(catalogue, 1));
  CHECK_FALSE(trial_by_id(catalogue, trial));
  CHECK_FALSE(checkpoint_by_id(catalogue, "a"));
  CHECK(list_metrics(catalogue, {.trial_id = trial}).empty());
  CHECK(list_trial_logs(catalogue, trial, {}).empty());
  CHECK_FALSE(remove_experiment(catalogue, 1));
}

TEST_CASE("a trial of an external id is inserted once") {
  Three catalogue;
  TrialRecord trial;
  trial.experiment_id = 1;
  trial.external_id = "t";
  trial.task_id = "1.a";
  const auto id = upsert_trial(catalogue, trial);
  CHECK(upsert_trial(catalogue, trial) == id);
  CHECK(thrown([&] { insert_trial(catalogue, trial); }).failure == Failure::usage);
  trial.experiment_id = 2;
  CHECK(upsert_trial(catalogue, trial) != id);
  trial.experiment_id = 9;
  CHECK(thrown([&] { upsert_trial(catalogue, trial); }).message == "experiment '9' not found");
  CHECK(experiment_by_id(catalogue, 1)->trial_count == 1);
}

TEST_CASE("a trial is found by every task it had") {
  Three catalogue;
  const auto id = catalogue.add_trial(1);
  update_trial(catalogue, id, {.task_id = "1.a"});
  update_trial(catalogue, id, {.task_id = "1.a-1"});
  CHECK(trial_of_task(catalogue, "1.a") == id);
  CHECK(trial_of_task(catalogue, "1.a-1") == id);
  CHECK_FALSE(trial_of_task(catalogue, "1.b"));
}

TEST_CASE("trials are listed by state, sorted and paged") {
  Three catalogue;
  const char* values[] = {"0.7", "\"NaN\"", "0.2"};
  for (const auto* value : values) {
    catalogue.report(catalogue.add_trial(1), "validation", 1, std::string(R"({"loss":)") + value + "}");
  }
  catalogue.add_trial(1);
  update_trial(catalogue, 2, {.state = "ERROR"});
  CHECK(ids(list_trials(catalogue, 1, {})) == "1234");
  CHECK(ids(list_trials(catalogue, 1, {.states = {"ERROR"}})) == "2");
  CHECK(ids(list_trials(catalogue, 1, {.sort = TrialSort::best_validation_metric})) == "3124");
  CHECK(ids(list_trials(catalogue, 1, {.sort = TrialSort::latest_validation_metric})) == "3124");
  const auto page =
      list_trials(catalogue, 1, {.direction = Direction::descending, .slice = {.offset = 1, .limit = 2}});
  CHECK(ids(page) == "32");
  CHECK(page.total == 4);
  CHECK(trials_in_states(catalogue, 1, {"ACTIVE"}) == std::vector<std::int64_t>{1, 3, 4});
}

TEST_CASE("a run begins with the latest COMPLETED checkpoint of its trial, else with the warm start") {
  Three catalogue;
  TrialRecord trial;
  trial.experiment_id = 1;
  trial.warm_start_checkpoint = "warm";
  const auto id = insert_trial(catalogue, trial);
  CHECK(start_run(catalogue, id) == 1);
  CHECK(start_run(catalogue, id) == 2);
  CHECK(latest_checkpoint_id(catalogue, id) == "warm");
  catalogue.add_checkpoint(id, "a", 10);
  catalogue.add_checkpoint(id, "b", 30);
  catalogue.add_checkpoint(id, "c", 20);
  CHECK(latest_checkpoint_id(catalogue, id) == "b");
  set_checkpoint_state(catalogue, "b", det::model::CheckpointState::deleted);
  CHECK(latest_checkpoint_id(catalogue, id) == "c");
  CHECK_FALSE(latest_checkpoint_id(catalogue, catalogue.add_trial(1)));
}

TEST_CASE("the lines of a trial are listed from either end, and from where a reader stopped") {
  Three catalogue;
  const auto trial = catalogue.add_trial(1);
  update_trial(catalogue, trial, {.task_id = "1.a"});
  std::vector<det::model::LogRecord> lines(4);
  for (std::size_t index = 0; index < lines.size(); ++index) {
    lines[index].task_id = "1.a";
    lines[index].text = std::string(1, static_cast<char>('a' + index)) + "\n";
    lines[index].level = index % 2 == 0 ? "INFO" : "ERROR";
    lines[index].rank = static_cast<std::int64_t>(index);
  }
  append_task_logs(catalogue, lines);
  const auto texts = [&](const LogQuery& query) {
    std::string text;
    for (const auto& line : list_trial_logs(catalogue, trial, query)) text += line.text[0];
    return text;
  };
  CHECK(texts({}) == "abcd");
  CHECK(texts({.limit = 2}) == "ab");
  CHECK(texts({.limit = 2, .direction = Direction::descending}) == "dc");
  CHECK(texts({.after_id = 2}) == "cd");
  CHECK(texts({.after_id = 3, .direction = Direction::descending}) == "ba");
  CHECK(texts({.levels = {"ERROR"}}) == "bd");
  CHECK(texts({.ranks = {0, 3}, .limit = 0}) == "ad");
  CHECK(texts({.containing = "C"}) == "c");
  CHECK(list_task_logs(catalogue, "1.a", {}).size() == 4);
}
