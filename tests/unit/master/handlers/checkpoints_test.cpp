#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "master/repository/checkpoints.hpp"
#include "tests/support/fixture.hpp"
#include "tests/unit/master/handlers/master_fixture.hpp"

using det::model::Json;
using det::testing::fixture;
using det::testing::keys;
using det::testing::MasterFixture;
using det::testing::uuid;

namespace {

// A master with experiment 1 and its trial 1, whose task is "task-1".
struct Storing : MasterFixture {
  Storing() { add_trial(add_experiment()); }

  // The last digits of the uuids that a list gives, in its order.
  std::string listed(const std::string& path) {
    std::string order;
    const auto answered = get("/api/v1/" + path);
    for (const auto& checkpoint : answered.json.at("checkpoints")) {
      order += checkpoint.at("uuid").get<std::string>().back();
    }
    return order;
  }

  Json checkpoint(int number) { return get("/api/v1/checkpoints/" + uuid(number)).json.at("checkpoint"); }
};

// A checkpoint as the official client reports it.
std::string reported(int number, const std::string& task, int steps) {
  return fmt::format(
      R"({{"uuid":"{}","taskId":"{}","allocationId":null,"metadata":{{"steps_completed":{}}},)"
      R"("reportTime":"2026-11-20T23:56:48.5+00:00","resources":{{"model.pt":"10","code/":"0"}},)"
      R"("state":"STATE_COMPLETED","training":{{"trialId":1}},"storageId":null}})",
      uuid(number), task, steps);
}

}  // namespace

TEST_CASE("a reported checkpoint comes back as a real master describes it") {
  Storing master;
  CHECK(master.post("/api/v1/checkpoints", reported(1, "task-1", 100)).json == Json::object());
  master.report(1, "validation", 100, R"({"loss":0.4})");
  master.report(1, "training", 100, R"({"loss":0.2})");
  const auto answered = master.checkpoint(1);
  const auto known = Json::parse(fixture("wire/checkpoint.json")).at("checkpoint");
  CHECK(keys(answered) == keys(known));
  CHECK(keys(answered.at("training")) == keys(known.at("training")));
  CHECK(answered.at("resources").dump() == R"({"code/":"0","model.pt":"10"})");
  CHECK(answered.at("training").at("searcherMetric") == 0.4);
  CHECK(answered.at("training").at("validationMetrics") ==
        Json::parse(R"({"avgMetrics":{"loss":0.4},"batchMetrics":[]})"));
  CHECK(answered.at("training").at("experimentConfig").at("name") == "test");
  CHECK(answered.at("reportTime") == "2026-11-20T23:56:48.500000Z");
}

TEST_CASE("a repeated report of a checkpoint replaces the first") {
  Storing master;
  master.post("/api/v1/checkpoints", reported(1, "task-1", 100));
  CHECK(master.post("/api/v1/checkpoints", reported(1, "task-1", 200)).status == 200);
  CHECK(master.checkpoint(1).at("metadata").at("steps_completed") == 200);
  CHECK(master.listed("trials/1/checkpoints") == "1");
}

TEST_CASE("a checkpoint finds its trial by the task, or else by what it says of its training") {
  Storing master;
  master.add_trial(1);
  master.post("/api/v1/checkpoints", reported(1, "task-2", 100));
  master.post("/api/v1/checkpoints", reported(2, "gone", 100));
  CHECK(master.checkpoint(1).at("training").at("trialId") == 2);
  CHECK(master.checkpoint(2).at("training").at("trialId") == 1);
  CHECK(master.post("/api/v1/checkpoints", fmt::format(R"({{"uuid":"{}","taskId":"x"}})", uuid(3))).status ==
        404);
}

TEST_CASE("what is no checkpoint is refused") {
  Storing master;
  CHECK(master.post("/api/v1/checkpoints", "{}").error() == "checkpoint.uuid is missing");
  CHECK(master.post("/api/v1/checkpoints", R"({"uuid":"nope"})").error() ==
        "string nope is not a valid uuid");
  CHECK(master.get("/api/v1/checkpoints/not-a-uuid").error() == "string not-a-uuid is not a valid uuid");
  CHECK(master.get("/api/v1/checkpoints/not-a-uuid").status == 400);
  CHECK(master.get("/api/v1/checkpoints/" + uuid(9)).error() == "checkpoint '" + uuid(9) + "' not found");
  const auto huge = R"({"uuid":"%","taskId":"task-1","resources":{"a":"72057594037927936","b":1}})";
  auto text = std::string(huge);
  text.replace(text.find('%'), 1, uuid(1));
  CHECK(master.post("/api/v1/checkpoints", text).error() == "resources are too large");
}

TEST_CASE("a list of checkpoints has the fields of a real master's") {
  Storing master;
  master.add_checkpoint(1, uuid(1), 100);
  master.add_checkpoint(1, uuid(2), 200);
  const auto answered = master.get("/api/v1/experiments/1/checkpoints?limit=1&offset=1").json;
  const auto known = Json::parse(fixture("wire/checkpoints.json"));
  CHECK(keys(answered) == keys(known));
  CHECK(keys(answered.at("pagination")) == keys(known.at("pagination")));
  CHECK(answered.at("pagination").dump() ==
        R"({"offset":1,"limit":1,"startIndex":1,"endIndex":2,"total":2})");
  CHECK(answered.at("checkpoints").at(0).at("uuid") == uuid(2));
}

TEST_CASE("an empty list of checkpoints is a whole answer") {
  Storing master;
  CHECK(master.get("/api/v1/experiments/1/checkpoints").text ==
        R"({"checkpoints":[],"pagination":{"offset":0,"limit":0,"startIndex":0,"endIndex":0,"total":0}})");
}

TEST_CASE("checkpoints are sorted, filtered and cut as asked") {
  Storing master;
  for (int number = 1; number <= 4; ++number) master.add_checkpoint(1, uuid(number), 5 - number);
  master.report(1, "validation", 4, R"({"loss":0.3,"accuracy":1})");
  master.report(1, "validation", 3, R"({"loss":0.1,"accuracy":"NaN"})");
  master.report(1, "validation", 2, R"({"loss":"NaN","accuracy":3})");
  CHECK(master.listed("experiments/1/checkpoints") == "4321");
  CHECK(master.listed("experiments/1/checkpoints?sortByAttr=SORT_BY_UUID") == "1234");
  CHECK(master.listed("experiments/1/checkpoints?sort_by_attr=SORT_BY_UUID&order_by=ORDER_BY_DESC") ==
        "4321");
  CHECK(master.listed("experiments/1/checkpoints?sortByAttr=SORT_BY_SEARCHER_METRIC") == "2134");
  CHECK(master.listed("trials/1/checkpoints?sortByAttr=SORT_BY_SEARCHER_METRIC") == "2134");
  CHECK(master.listed("trials/1/checkpoints?sortByMetric=accuracy&orderBy=ORDER_BY_DESC&limit=2") == "31");
  CHECK(master.listed("trials/1/checkpoints?offset=-1") == "1");
  CHECK(master.listed("trials/1/checkpoints?states=STATE_DELETED&states=STATE_ERROR").empty());
  CHECK(master.listed("trials/1/checkpoints?states=STATE_COMPLETED") == "4321");
}

TEST_CASE("a list that cannot be given says why, in a real master's words") {
  Storing master;
  const auto refused = [&](const std::string& query) {
    return master.get("/api/v1/experiments/1/checkpoints?" + query).error();
  };
  CHECK(refused("sortByAttr=NOPE") == "NOPE is not a valid checkpointv1.SortBy");
  CHECK(refused("states=NOPE") == "NOPE is not a valid checkpointv1.State");
  CHECK(refused("orderBy=NOPE") == "NOPE is not a valid apiv1.OrderBy");
  CHECK(refused("sortByAttr=SORT_BY_UUID&sortByMetric=loss") == "field already set for sort_by oneof");
  CHECK(refused("offset=1") == "offset out of bounds");
  CHECK(master.get("/api/v1/experiments/1/checkpoints?limit=-1").status == 400);
  CHECK(master.get("/api/v1/experiments/99/checkpoints").error() == "experiment '99' not found");
  CHECK(master.get("/api/v1/trials/99/checkpoints").error() == "trial '99' not found");
}

TEST_CASE("a long list is written portion by portion, and stands as it was when it began") {
  Storing master;
  master.database().write([](det::master::Connection& connection) {
    for (int number = 1; number <= 250; ++number) {
      det::model::CheckpointRecord checkpoint;
      checkpoint.id = uuid(number);
      checkpoint.trial_id = 1;
      det::master::repository::upsert_checkpoint(connection, checkpoint);
    }
  });
  auto response = master.response("GET", "/api/v1/experiments/1/checkpoints?sortByAttr=SORT_BY_UUID");
  std::string text;
  REQUIRE(response.stream->next(text) == det::master::BodyStream::Step::more);
  CHECK(text.size() < 100'000);
  master.add_checkpoint(1, uuid(0), 1);
  std::string piece;
  while (response.stream->next(piece) == det::master::BodyStream::Step::more)
    text += std::exchange(piece, {});
  const auto answered = Json::parse(text);
  REQUIRE(answered.at("checkpoints").size() == 250);
  CHECK(answered.at("checkpoints").at(0).at("uuid") == uuid(1));
  CHECK(answered.at("checkpoints").at(249).at("uuid") == uuid(250));
  CHECK(answered.at("pagination").at("total") == 250);
}

TEST_CASE("new metadata replaces the whole of the old") {
  Storing master;
  master.add_checkpoint(1, uuid(1), 100);
  const auto answered = master.post(
      "/api/v1/checkpoints/" + uuid(1) + "/metadata",
      fmt::format(R"({{"checkpoint":{{"uuid":"{}","metadata":{{"steps_completed":7,"note":[1,null]}},)"
                  R"("resources":{{}},"training":{{}},"state":"STATE_UNSPECIFIED"}}}})",
                  uuid(1)));
  CHECK(answered.json.at("checkpoint") == master.checkpoint(1));
  CHECK(master.checkpoint(1).at("metadata").dump() == R"({"steps_completed":7,"note":[1,null]})");
  CHECK(master.checkpoint(1).at("state") == "STATE_COMPLETED");
  CHECK(master.post("/api/v1/checkpoints/" + uuid(9) + "/metadata", "{}").error() ==
        "checkpoint '" + uuid(9) + "' not found");
}

TEST_CASE("what a cleaning task finds in storage decides the state") {
  Storing master;
  master.add_checkpoint(1, uuid(1), 100);
  const auto found = [&](const std::string& files) {
    master.patch(
        "/api/v1/checkpoints",
        fmt::format(R"({{"checkpoints":[{{"uuid":"{}","resources":{{"resources":{}}}}}]}})", uuid(1), files));
    return master.checkpoint(1);
  };
  CHECK(found(R"({"model.pt":"10"})").at("state") == "STATE_COMPLETED");
  CHECK(found(R"({"model.pt":"9"})").at("state") == "STATE_PARTIALLY_DELETED");
  CHECK(found("{}").at("state") == "STATE_DELETED");
  CHECK(master.checkpoint(1).at("resources").dump() == R"({"model.pt":"9"})");
}

TEST_CASE("of several checkpoints of which one is unknown none changes") {
  Storing master;
  master.add_checkpoint(1, uuid(1), 100);
  const auto answered = master.patch(
      "/api/v1/checkpoints",
      fmt::format(R"({{"checkpoints":[{{"uuid":"{}","resources":{{}}}},{{"uuid":"{}","resources":{{}}}}]}})",
                  uuid(1), uuid(9)));
  CHECK(answered.error() == "checkpoint '" + uuid(9) + "' not found");
  CHECK(master.checkpoint(1).at("state") == "STATE_COMPLETED");
}

TEST_CASE("files are removed by whoever can, once everything is checked") {
  Storing master;
  master.add_checkpoint(1, uuid(1), 100);
  std::string asked;
  const auto body =
      fmt::format(R"({{"checkpointUuids":["{}"],"checkpointGlobs":["code/**","*.pt"]}})", uuid(1));
  const auto unable = master.post("/api/v1/checkpoints/rm", body);
  CHECK(unable.status == 500);
  CHECK(unable.error() == "this master cannot remove files");
  master.services().collection.remove_files = [&](const auto& uuids, const auto& globs) {
    asked = fmt::format("{} {}", fmt::join(uuids, ","), fmt::join(globs, ","));
  };
  CHECK(master.post("/api/v1/checkpoints/rm", body).text == "{}");
  CHECK(asked == uuid(1) + " code/**,*.pt");
  CHECK(master.remove("/api/v1/checkpoints", body).text == "{}");
  CHECK(asked == uuid(1) + " **/*");
  asked.clear();
  CHECK(master.post("/api/v1/checkpoints/rm", R"({"checkpointUuids":[]})").status == 200);
  CHECK(asked.empty());
}

TEST_CASE("a removal that may not be says why, in a real master's words") {
  Storing master;
  master.add_checkpoint(1, uuid(1), 100);
  bool asked = false;
  master.services().collection.remove_files = [&](const auto&, const auto&) { asked = true; };
  const auto refused = [&](const std::string& body) {
    return master.post("/api/v1/checkpoints/rm", body).error();
  };
  CHECK(refused(R"({"checkpointUuids":["nope"]})") ==
        "converting checkpoint: string nope is not a valid uuid");
  CHECK(refused(R"({"checkpointUuids":[],"checkpointGlobs":[""]})") == "cannot have empty string glob");
  CHECK(refused(R"({"checkpointUuids":[],"checkpointGlobs":["../*"]})") == "glob '../*' cannot contain '..'");
  CHECK(refused(fmt::format(R"({{"checkpointUuids":["{}","{}"]}})", uuid(1), uuid(9))) ==
        "checkpoints '" + uuid(9) + "' not found");
  master.post("/api/v1/models", R"({"name":"reg-model"})");
  master.post("/api/v1/models/reg-model/versions", fmt::format(R"({{"checkpointUuid":"{}"}})", uuid(1)));
  CHECK(
      master.remove("/api/v1/checkpoints", fmt::format(R"({{"checkpointUuids":["{}"]}})", uuid(1))).error() ==
      "this subset of checkpoints provided are in the model registry and cannot be deleted: " + uuid(1) +
          ", registered to reg-model (model #1), version 1.");
  CHECK_FALSE(asked);
}

TEST_CASE("a checkpoint has no metrics of inference") {
  Storing master;
  master.add_checkpoint(1, uuid(1), 100);
  CHECK(master.get("/api/v1/checkpoints/" + uuid(1) + "/metrics").text == R"({"metrics":[]})");
  CHECK(master.get("/api/v1/checkpoints/" + uuid(9) + "/metrics").status == 404);
}
