#include <catch2/catch.hpp>

#include "formatting/gc_plan_json.hpp"
#include "formatting/gc_plan_table.hpp"
#include "formatting/json.hpp"

using namespace det::model;
using namespace det::formatting;

namespace {

GcCandidate candidate(const std::string& id, std::int64_t steps, std::optional<double> metric = {}) {
  GcCandidate made;
  made.id = id;
  made.trial_id = "6";
  made.steps_completed = steps;
  made.reported = Time{std::chrono::seconds{steps}};
  made.state_word = "COMPLETED";
  made.searcher_metric = metric;
  made.validated = metric.has_value();
  made.size_bytes = 1024;
  return made;
}

// A validated best, a worse one, an older and the newest checkpoint without validation.
GcQuestion question() {
  GcQuestion asked;
  asked.checkpoints = {candidate("best", 100, 0.5), candidate("worse", 200, 0.75), candidate("older", 300),
                       candidate("newest", 400)};
  asked.best_id = "best";
  return asked;
}

const GcPlanView view{.metric = "loss"};

}  // namespace

TEST_CASE(
    "a change shows what is deleted now, then what is deleted from then on, and calls out what differs") {
  GcQuestion asked = question();
  asked.policy = {1, 0, 1};
  asked.stored_policy = GcPolicy{0, 0, 1};
  asked.stored_preview = std::set<std::string>{"best", "older"};
  asked.preview = std::set<std::string>{"older"};
  CHECK(gc_change_text(gc_plan(asked), view).text ==
        "Deleted now, by the policy stored before the change (experiment best 0, trial best 0, trial latest "
        "1): "
        "2 checkpoints, 2.0KB\n"
        "   Trial ID |   # of Batches |   Validation Metric | UUID   | Size   | Note\n"
        "------------+----------------+---------------------+--------+--------+------------------------------"
        "-----\n"
        "          6 |            100 |                 0.5 | best   | 1.0KB  | the best; the new policy "
        "keeps it\n"
        "          6 |            300 |                     | older  | 1.0KB  |\n"
        "\n"
        "Deleted from then on, by the new policy (experiment best 1, trial best 0, trial latest 1): "
        "1 checkpoint, 1.0KB\n"
        "   Trial ID |   # of Batches | Validation Metric   | UUID   | Size   | Note\n"
        "------------+----------------+---------------------+--------+--------+--------\n"
        "          6 |            300 |                     | older  | 1.0KB  |\n"
        "! now the master deletes what the new policy keeps: best\n"
        "! now the best checkpoint by loss is deleted: best\n"
        "  now the master keeps what the documents say is deleted: worse\n"
        "  from then on the master keeps what the documents say is deleted: worse\n");
}

TEST_CASE("the first collection can be shown alone") {
  GcQuestion asked = question();
  asked.policy = {9, 9, 9};
  asked.preview = std::set<std::string>{};
  asked.stored_policy = GcPolicy{1, 0, 0};
  CHECK(gc_first_collection_text(gc_plan(asked), view).text ==
        "Deleted now, by the policy stored before the change (experiment best 1, trial best 0, trial latest "
        "0): "
        "3 checkpoints, 3.0KB (computed here, the master did not say)\n"
        "   Trial ID |   # of Batches |   Validation Metric | UUID   | Size   | Note\n"
        "------------+----------------+---------------------+--------+--------+-------------------------\n"
        "          6 |            200 |                0.75 | worse  | 1.0KB  | the new policy keeps it\n"
        "          6 |            300 |                     | older  | 1.0KB  | the new policy keeps it\n"
        "          6 |            400 |                     | newest | 1.0KB  | the new policy keeps it\n"
        "! now the master deletes what the new policy keeps: worse, older, newest\n");
}

TEST_CASE("two collections that delete the same are listed once") {
  GcQuestion asked = question();
  asked.policy = {1, 0, 3};
  asked.stored_policy = GcPolicy{1, 1, 1};
  asked.stored_preview = asked.preview = std::set<std::string>{"older"};
  CHECK(gc_change_text(gc_plan(asked), view).text ==
        "Deleted now, by the policy stored before the change (experiment best 1, trial best 1, trial latest "
        "1): "
        "1 checkpoint, 1.0KB\n"
        "   Trial ID |   # of Batches | Validation Metric   | UUID   | Size   | Note\n"
        "------------+----------------+---------------------+--------+--------+--------\n"
        "          6 |            300 |                     | older  | 1.0KB  |\n"
        "\n"
        "Deleted from then on, by the new policy (experiment best 1, trial best 0, trial latest 3): "
        "1 checkpoint, 1.0KB, the same\n"
        "  now the master keeps what the documents say is deleted: worse\n");
}

TEST_CASE("a change that deletes nothing has no table") {
  GcQuestion asked = question();
  asked.policy = {9, 9, 9};
  asked.stored_policy = GcPolicy{9, 9, 9};
  asked.stored_preview = asked.preview = std::set<std::string>{};
  CHECK(gc_change_text(gc_plan(asked), view).text ==
        "Deleted now, by the policy stored before the change (experiment best 9, trial best 9, trial latest "
        "9): "
        "0 checkpoints, 0.0B\n"
        "\n"
        "Deleted from then on, by the new policy (experiment best 9, trial best 9, trial latest 9): "
        "0 checkpoints, 0.0B\n");
}

TEST_CASE("a master that collects by the new policy has one list") {
  GcQuestion asked = question();
  asked.collector = Collector::documented;
  asked.policy = {0, 0, 1};
  CHECK(gc_change_text(gc_plan(asked), view).text ==
        "Deleted by the policy (experiment best 0, trial best 0, trial latest 1): 3 checkpoints, 3.0KB "
        "(computed here, the master did not say)\n"
        "   Trial ID |   # of Batches |   Validation Metric | UUID   | Size   | Note\n"
        "------------+----------------+---------------------+--------+--------+----------\n"
        "          6 |            100 |                0.5  | best   | 1.0KB  | the best\n"
        "          6 |            200 |                0.75 | worse  | 1.0KB  |\n"
        "          6 |            300 |                     | older  | 1.0KB  |\n"
        "! by this policy the best checkpoint by loss is deleted: best\n");
}

TEST_CASE("the plan lists every checkpoint with its fate") {
  GcQuestion asked = question();
  asked.checkpoints[1].registered = true;
  asked.checkpoints[2].state = CheckpointState::deleted;
  asked.checkpoints[2].state_word = "DELETED";
  asked.policy = {1, 1, 1};
  asked.preview = std::set<std::string>{"older", "newest"};
  CHECK(
      gc_plan_text(gc_plan(asked), view).text ==
      "   Trial ID |   # of Batches | State     |   Validation Metric | UUID   | Size   | Fate\n"
      "------------+----------------+-----------+---------------------+--------+--------+"
      "---------------------------------------------\n"
      "          6 |            100 | COMPLETED |                0.5  | best   | 1.0KB  |"
      " kept: best of experiment, best of trial\n"
      "          6 |            200 | COMPLETED |                0.75 | worse  | 1.0KB  | kept: registered\n"
      "          6 |            300 | DELETED   |                     | older  | 1.0KB  | already deleted\n"
      "          6 |            400 | COMPLETED |                     | newest | 1.0KB  |"
      " deleted, documents keep it: latest of trial\n"
      "\n"
      "Deleted by the policy (experiment best 1, trial best 1, trial latest 1): 1 checkpoint, 1.0KB\n"
      "Kept: 2 checkpoints, 2.0KB\n"
      "! by this policy the master deletes what the documents say is kept: newest\n");
}

TEST_CASE("many ids are named in part, and harmless") {
  GcQuestion asked;
  for (int i = 1; i <= 7; ++i)
    asked.checkpoints.push_back(candidate("id\n\x1b[2J" + std::to_string(i), i * 100));
  asked.preview = std::set<std::string>{};
  const std::string text = gc_plan_text(gc_plan(asked), view).text;
  CHECK_THAT(text,
             Catch::EndsWith("  by this policy the master keeps what the documents say is deleted: "
                             "id\\n\\x1b[2J1, id\\n\\x1b[2J2, id\\n\\x1b[2J3, id\\n\\x1b[2J4, id\\n\\x1b[2J5 "
                             "and 1 more\n"));
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("a plan that fits its terminal says what was cut") {
  GcQuestion asked = question();
  asked.checkpoints[0].id = "a0000001-0000-4000-8000-000000000001";
  const FittedText fitted = gc_plan_text(gc_plan(asked), {.metric = "loss", .width = 60});
  CHECK_FALSE(fitted.cut.empty());
  CHECK(gc_plan_text(gc_plan(asked), view).cut.empty());
}

TEST_CASE("an experiment without checkpoints has nothing to compute") {
  CHECK(gc_change_text(gc_plan({}), view).text ==
        "Deleted by the policy (experiment best 0, trial best 1, trial latest 1): 0 checkpoints, 0.0B\n");
}

TEST_CASE("the matrix shows a row for each policy") {
  GcQuestion asked = question();
  asked.policy = {2, 1, 1};
  const std::string text = gc_matrix_text(gc_matrix(asked, {0, 1, 1}), view).text;
  const auto line = [&](std::size_t number) {
    std::size_t begin = 0;
    for (; number > 0; --number) begin = text.find('\n', begin) + 1;
    return text.substr(begin, text.find('\n', begin) - begin);
  };
  CHECK(line(0) ==
        "   Experiment Best |   Trial Best |   Trial Latest |   Kept |   Deleted | Freed   |   Documents "
        "Delete | Policy");
  CHECK(line(2) ==
        "                 0 |            0 |              0 |      0 |         4 | 4.0KB   |                 "
        " 4 |");
  CHECK(line(7) ==
        "                 0 |            1 |              1 |      3 |         1 | 1.0KB   |                 "
        " 2 | stored");
  CHECK(line(13) ==
        "                 2 |            1 |              1 |      3 |         1 | 1.0KB   |                 "
        " 1 | asked");
}

TEST_CASE("the plan as JSON") {
  GcQuestion asked = question();
  asked.checkpoints.resize(2);
  asked.checkpoints[1].searcher_metric = std::numeric_limits<double>::infinity();
  asked.policy = {1, 1, 0};
  asked.stored_policy = GcPolicy{1, 0, 0};
  asked.stored_preview = std::set<std::string>{"worse"};
  Searcher searcher;
  searcher.metric = "loss";
  CHECK(Json::parse(json_text(gc_plan_json(gc_plan(asked), "17", searcher))) == Json::parse(R"({
    "experiment_id": 17, "metric": "loss", "smaller_is_better": true,
    "now": {"policy": {"save_experiment_best": 1, "save_trial_best": 0, "save_trial_latest": 0}, "previewed": true,
            "kept": {"checkpoints": 1, "size": 1024}, "deleted": {"checkpoints": 1, "size": 1024}},
    "then": {"policy": {"save_experiment_best": 1, "save_trial_best": 1, "save_trial_latest": 0}, "previewed": false,
             "kept": {"checkpoints": 1, "size": 1024}, "deleted": {"checkpoints": 1, "size": 1024}},
    "checkpoints": [
      {"uuid": "best", "trial_id": 6, "steps_completed": 100, "state": "COMPLETED", "searcher_metric": 0.5,
       "size": 1024, "best": true, "now": {"fate": "kept", "documents_keep": ["experiment_best"]},
       "then": {"fate": "kept", "documents_keep": ["experiment_best", "trial_best"]}},
      {"uuid": "worse", "trial_id": 6, "steps_completed": 200, "state": "COMPLETED", "searcher_metric": "Infinity",
       "size": 1024, "best": false, "now": {"fate": "deleted", "documents_keep": []},
       "then": {"fate": "deleted", "documents_keep": []}}]})"));
}

TEST_CASE("an empty plan as JSON, and the matrix as JSON") {
  GcQuestion asked;
  CHECK(gc_plan_json(gc_plan(asked), "http://other#7", {}).at("checkpoints") == Json::array());
  CHECK(gc_plan_json(gc_plan(asked), "http://other#7", {}).at("experiment_id") == "http://other#7");
  CHECK(gc_plan_json(gc_plan(asked), "7", {}).at("now").is_null());
  asked = question();
  asked.policy = {0, 0, 0};
  const Json rows = gc_matrix_json(gc_matrix(asked, {0, 0, 0}));
  REQUIRE(rows.size() == 14);
  CHECK(rows[0] == Json::parse(R"({
    "policy": {"save_experiment_best": 0, "save_trial_best": 0, "save_trial_latest": 0},
    "kept": {"checkpoints": 0, "size": 0}, "deleted": {"checkpoints": 4, "size": 4096}, "documented_deletions": 4,
    "stored": true, "asked": false})"));
}
