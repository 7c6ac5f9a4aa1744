#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/fixture.hpp"
#include "tests/unit/master/handlers/master_fixture.hpp"

using det::model::Json;
using det::testing::Answered;
using det::testing::keys;
using det::testing::MasterFixture;

namespace {

Json recorded(const std::string& name) {
  return Json::parse(det::testing::fixture("wire/" + name));
}

const std::string storage = "checkpoint_storage: {type: directory, container_path: /data}\n";

Answered create(MasterFixture& master, const std::string& configuration) {
  return master.post("/api/v1/experiments",
                     Json{{"config", storage + configuration}, {"unmanaged", true}}.dump());
}

// Experiments 1 to `count`, named a, b, c, ...
void create_several(MasterFixture& master, int count) {
  for (int at = 0; at < count; ++at) {
    const std::string name(1, static_cast<char>('a' + at));
    REQUIRE(create(master, "name: " + name + "\nsearcher: {name: single, metric: loss}\n").status == 200);
  }
}

// The ids of a list.
std::string listed(MasterFixture& master, const std::string& query) {
  std::string ids;
  const auto answer = master.get("/api/v1/experiments?" + query);
  REQUIRE(answer.status == 200);
  for (const auto& experiment : answer.json.at("experiments")) ids += experiment.at("id").dump() + " ";
  return ids;
}

Json experiment(MasterFixture& master, int id) {
  return master.get("/api/v1/experiments/" + std::to_string(id)).json.at("experiment");
}

void end(MasterFixture& master, int id) {
  REQUIRE(master.post("/api/v1/experiments/" + std::to_string(id) + "/kill").status == 200);
}

}  // namespace

TEST_CASE("an unmanaged experiment that was created is described as a real master describes it") {
  MasterFixture master;
  const auto created = create(master,
                              "name: seed\nlabels: [x, z]\ndescription: null\n"
                              "searcher: {name: random, metric: loss, max_trials: 2}\n");
  REQUIRE(created.status == 200);
  CHECK(keys(created.json) == std::vector<std::string>{"experiment", "config", "warnings"});
  const auto known = recorded("experiment.json");
  const auto answer = master.get("/api/v1/experiments/1").json;
  CHECK(keys(answer) == keys(known));
  CHECK(keys(answer.at("experiment")) == keys(known.at("experiment")));
  CHECK(keys(answer.at("config")) == keys(known.at("config")));
  CHECK(answer.at("config") == answer.at("experiment").at("config"));
  const auto one = answer.at("experiment");
  CHECK(one.at("state") == "STATE_PAUSED");
  CHECK(one.at("unmanaged") == true);
  CHECK(one.at("labels") == Json{"x", "z"});
  CHECK(one.at("searcherType") == "\"random\"");
  CHECK(one.at("username") == "determined");
}

TEST_CASE("a list of experiments has the shape of a real master's") {
  MasterFixture master;
  create_several(master, 1);
  const auto answer = master.get("/api/v1/experiments").json;
  const auto known = recorded("experiments.json");
  CHECK(keys(answer) == keys(known));
  CHECK(keys(answer.at("pagination")) == keys(known.at("pagination")));
  auto expected = keys(known.at("experiments").at(0));
  CHECK(keys(answer.at("experiments").at(0)) == expected);
}

TEST_CASE("a managed experiment is refused with one sentence") {
  MasterFixture master;
  const auto answer = master.post("/api/v1/experiments", R"({"config":"name: x","activate":true})");
  CHECK(answer.status == 400);
  CHECK(answer.error() ==
        "this master runs no processes yet: only unmanaged experiments, whose trials run elsewhere and "
        "report here, can be created");
}

TEST_CASE("a configuration that is only validated creates nothing") {
  MasterFixture master;
  const Json body{{"config", storage + "searcher: {name: single, metric: loss}"},
                  {"unmanaged", true},
                  {"validateOnly", true}};
  CHECK(master.post("/api/v1/experiments", body.dump()).status == 200);
  CHECK(listed(master, "").empty());
  CHECK(create(master, "searcher: {name: single}").error() ==
        "invalid experiment configuration: <config>.searcher: metric is a required property");
}

TEST_CASE("what an experiment refers to must be there") {
  MasterFixture master;
  const std::string searcher = "searcher: {name: single, metric: loss}\n";
  CHECK(create(master, searcher + "workspace: lab").error() == "workspace 'lab' not found");
  const Json orphan{{"config", storage + searcher}, {"unmanaged", true}, {"parentId", 9}};
  CHECK(master.post("/api/v1/experiments", orphan.dump()).error() == "experiment '9' not found");
  const Json elsewhere{{"config", storage + searcher}, {"unmanaged", true}, {"projectId", 3}};
  CHECK(master.post("/api/v1/experiments", elsewhere.dump()).error() == "project '3' not found");
}

TEST_CASE("an experiment with an external id is created once") {
  MasterFixture master;
  const Json body{{"config", storage + "searcher: {name: single, metric: loss}"}, {"unmanaged", true}};
  const std::string path = "/api/v1/experiments/by-external-id/run%20A";
  const auto first = master.put(path, body.dump());
  REQUIRE(first.status == 200);
  CHECK(keys(first.json) == std::vector<std::string>{"experiment", "config"});
  CHECK(first.json.at("experiment").at("externalExperimentId") == "run A");
  CHECK(master.put(path, body.dump()).json.at("experiment").at("id") == 1);
  CHECK(listed(master, "") == "1 ");
}

TEST_CASE("experiments are filtered and sorted as the query says") {
  MasterFixture master;
  create_several(master, 3);
  end(master, 2);
  REQUIRE(master.post("/api/v1/experiments/2/archive").status == 200);
  REQUIRE(master.put("/api/v1/experiments/3/labels/x").status == 200);
  CHECK(listed(master, "archived=false") == "1 3 ");
  CHECK(listed(master, "archived=true") == "2 ");
  CHECK(listed(master, "states=STATE_CANCELED&states=STATE_ERROR") == "2 ");
  CHECK(listed(master, "states=STATE_UNSPECIFIED") == "1 2 3 ");
  CHECK(listed(master, "labels=x") == "3 ");
  CHECK(listed(master, "experimentIdFilter.incl=3&experimentIdFilter.incl=1") == "1 3 ");
  CHECK(listed(master, "name=B") == "2 ");
  CHECK(listed(master, "users=nobody").empty());
  CHECK(listed(master, "users=determined&userIds=7") == "1 2 3 ");
  CHECK(listed(master, "projectId=2").empty());
  CHECK(listed(master, "sortBy=SORT_BY_NAME&orderBy=ORDER_BY_DESC") == "3 2 1 ");
  CHECK(listed(master, "sort_by=SORT_BY_STATE") == "2 1 3 ");
}

TEST_CASE("words that no list of experiments knows are refused") {
  MasterFixture master;
  CHECK(master.get("/api/v1/experiments?sortBy=NOPE").error() ==
        "NOPE is not a valid apiv1.GetExperimentsRequest_SortBy");
  CHECK(master.get("/api/v1/experiments?states=RUNNING").error() ==
        "RUNNING is not a valid experimentv1.State");
  CHECK(master.get("/api/v1/experiments?orderBy=UP").status == 400);
  CHECK(master.get("/api/v1/experiments?limit=x").status == 400);
  CHECK(master.get("/api/v1/experiments/abc").error() ==
        "type mismatch, parameter: experiment_id, error: strconv.ParseInt: parsing \"abc\": invalid syntax");
  CHECK(master.get("/api/v1/experiments/99").error() == "experiment '99' not found");
}

TEST_CASE("a page of experiments may begin from the end and be empty beyond it") {
  MasterFixture master;
  create_several(master, 5);
  CHECK(listed(master, "limit=2&offset=1") == "2 3 ");
  CHECK(listed(master, "limit=2&offset=-2") == "4 5 ");
  CHECK(listed(master, "offset=-9") == "1 2 3 4 5 ");
  CHECK(listed(master, "limit=-1&offset=3") == "4 5 ");
  CHECK(listed(master, "limit=-2").empty());
  CHECK(listed(master, "offset=7").empty());
  const auto page = master.get("/api/v1/experiments?limit=2&offset=-2").json.at("pagination");
  CHECK(page.dump() == R"({"offset":3,"limit":2,"startIndex":3,"endIndex":5,"total":5})");
}

TEST_CASE("a list of more experiments than a portion holds is whole") {
  MasterFixture master;
  for (int at = 0; at < 250; ++at) master.add_experiment();
  const auto answer = master.get("/api/v1/experiments").json;
  CHECK(answer.at("experiments").size() == 250);
  CHECK(answer.at("experiments").back().at("id") == 250);
  CHECK(answer.at("pagination").at("endIndex") == 250);
}

TEST_CASE("a change of an experiment is in its answer and in its configuration") {
  MasterFixture master;
  create_several(master, 1);
  std::vector<std::int64_t> told;
  master.services().collection.on_policy_changed = [&](std::int64_t id) {
    told.push_back(id);
    return std::nullopt;
  };
  const auto answer = master.patch(
      "/api/v1/experiments/1",
      R"({"id":1,"name":"new","notes":"n","description":"d","labels":["l"],"checkpointStorage":{"saveTrialBest":3}})");
  REQUIRE(answer.status == 200);
  const auto one = answer.json.at("experiment");
  CHECK(one == experiment(master, 1));
  CHECK(one.at("notes") == "n");
  CHECK(one.at("config").at("name") == "new");
  CHECK(one.at("config").at("description") == "d");
  CHECK(one.at("config").at("labels") == Json{"l"});
  CHECK(
      one.at("config").at("checkpoint_storage").dump() ==
      R"({"container_path":"/data","save_experiment_best":0,"save_trial_best":3,"save_trial_latest":1,"type":"directory"})");
  CHECK(told == std::vector<std::int64_t>{1});
  const auto shared =
      master.patch("/api/v1/experiments/1", R"({"resources":{"priority":3,"weight":2.5,"maxSlots":4}})");
  const auto resources = shared.json.at("experiment").at("config").at("resources");
  CHECK(resources.at("priority") == 3);
  CHECK(resources.at("weight") == 2.5);
  CHECK(resources.at("max_slots") == 4);
  const auto unbound = master.patch("/api/v1/experiments/1", R"({"resources":{"maxSlots":null}})");
  CHECK(unbound.json.at("experiment").at("config").at("resources").at("max_slots").is_null());
  CHECK(told == std::vector<std::int64_t>{1});
  CHECK(master.patch("/api/v1/experiments/1", R"({"resources":{"priority":-1}})").status == 400);
  CHECK(master.patch("/api/v1/experiments/1", R"({"checkpointStorage":{"saveTrialBest":-1}})").status == 400);
  CHECK(master.patch("/api/v1/experiments/1", R"({"name":""})").status == 400);
  CHECK(master.patch("/api/v1/experiments/9", R"({"name":"x"})").error() == "experiment '9' not found");
}

TEST_CASE("labels are added once and removed") {
  MasterFixture master;
  create_several(master, 1);
  CHECK(master.put("/api/v1/experiments/1/labels/a%2Fb").json.at("labels") == Json{"a/b"});
  CHECK(master.put("/api/v1/experiments/1/labels/a%2Fb").json.at("labels") == Json{"a/b"});
  CHECK(master.remove("/api/v1/experiments/1/labels/a%2Fb").json.at("labels") == Json::array());
  CHECK(master.remove("/api/v1/experiments/1/labels/none").status == 200);
}

TEST_CASE("an experiment is cancelled once and then archived or deleted") {
  MasterFixture master;
  create_several(master, 2);
  std::vector<std::int64_t> ended;
  master.services().collection.on_experiment_ended = [&](std::int64_t id) { ended.push_back(id); };
  CHECK(master.post("/api/v1/experiments/1/archive").status == 400);
  CHECK(master.remove("/api/v1/experiments/1").error() ==
        "experiment '1' is PAUSED: only one that has ended can be deleted");
  end(master, 1);
  end(master, 1);
  CHECK(ended == std::vector<std::int64_t>{1});
  CHECK(experiment(master, 1).at("state") == "STATE_CANCELED");
  CHECK(experiment(master, 1).at("endTime").is_string());
  CHECK(master.post("/api/v1/experiments/1/archive").status == 200);
  CHECK(experiment(master, 1).at("archived") == true);
  CHECK(master.post("/api/v1/experiments/1/unarchive").status == 200);
  CHECK(master.remove("/api/v1/experiments/1").status == 200);
  CHECK(master.get("/api/v1/experiments/1").status == 404);
}

TEST_CASE("deletion is the collector's where there is one") {
  MasterFixture master;
  create_several(master, 1);
  end(master, 1);
  std::int64_t deleted = 0;
  master.services().collection.on_experiment_deleted = [&](std::int64_t id) { deleted = id; };
  CHECK(master.remove("/api/v1/experiments/1").status == 200);
  CHECK(deleted == 1);
  CHECK(master.get("/api/v1/experiments/1").status == 200);
}

TEST_CASE("an experiment stays in the only project") {
  MasterFixture master;
  create_several(master, 1);
  const std::string move = "/api/v1/experiments/1/move";
  CHECK(master.post(move, R"({"destinationProjectId":1,"experimentId":1})").status == 200);
  CHECK(master.post(move, R"({"destinationProjectId":2,"experimentId":1})").error() ==
        "project '2' not found");
  CHECK(master.post(move, "{}").status == 400);
  CHECK(master.post("/api/v1/experiments/9/move", R"({"destinationProjectId":1})").status == 404);
}

TEST_CASE("TensorBoard files are refused with one sentence") {
  MasterFixture master;
  create_several(master, 1);
  CHECK(master.remove("/api/v1/experiments/1/tensorboard-files").error() ==
        "this master removes checkpoints only: TensorBoard files lie where those who wrote them put them");
  CHECK(master.remove("/api/v1/experiments/9/tensorboard-files").status == 404);
}

TEST_CASE("what runs elsewhere can be neither paused nor activated") {
  MasterFixture master;
  create_several(master, 1);
  CHECK(master.post("/api/v1/experiments/1/pause").error() ==
        "experiment '1' cannot be paused: it is unmanaged, its trials run elsewhere");
  CHECK(master.post("/api/v1/experiments/1/activate").status == 400);
  end(master, 1);
  CHECK(master.post("/api/v1/experiments/1/pause").error() == "experiment in terminal state");
}

TEST_CASE("an unmanaged experiment has no model definition, and a best metric once it was validated") {
  MasterFixture master;
  const auto trial = master.add_trial(master.add_experiment());
  CHECK(master.get("/api/v1/experiments/1/model_def").error() == "experiment has no model definition");
  const std::string best = "/api/v1/experiments/1/searcher/best_searcher_validation_metric";
  CHECK(master.get(best).status == 404);
  master.report(trial, "validation", 1, R"({"loss":0.5})");
  CHECK(master.get(best).text == R"({"metric":0.5})");
}
