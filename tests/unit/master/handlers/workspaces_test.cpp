#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/master/handlers/master_fixture.hpp"

using det::testing::MasterFixture;

TEST_CASE("there is one workspace with one project") {
  MasterFixture master;
  master.add_experiment();
  const auto workspaces = master.get("/api/v1/workspaces").json;
  CHECK(workspaces.at("workspaces").size() == 1);
  CHECK(workspaces.at("pagination").at("total") == 1);
  const auto workspace = master.get("/api/v1/workspaces/1").json.at("workspace");
  CHECK(workspace == workspaces.at("workspaces").at(0));
  CHECK(workspace.at("name") == "Uncategorized");
  CHECK(workspace.at("numExperiments") == 1);
  const auto project = master.get("/api/v1/projects/1").json.at("project");
  CHECK(master.get("/api/v1/workspaces/1/projects").json.at("projects").at(0) == project);
  CHECK(master.get("/api/v1/workspaces/2").error() == "workspace '2' not found");
  CHECK(master.get("/api/v1/projects/2").error() == "project '2' not found");
}

TEST_CASE("workspaces and projects are found by their names") {
  MasterFixture master;
  const auto found = [&](const std::string& query) {
    const auto answer = master.get("/api/v1/workspaces" + query).json;
    const auto& list = answer.contains("projects") ? answer.at("projects") : answer.at("workspaces");
    CHECK(answer.at("pagination").at("total") == list.size());
    return list.size();
  };
  CHECK(found("?nameCaseSensitive=Uncategorized") == 1);
  CHECK(found("?nameCaseSensitive=uncategorized") == 0);
  CHECK(found("?name=CATEGOR") == 1);
  CHECK(found("?name=x") == 0);
  CHECK(found("/1/projects?name=uncategorized") == 1);
  CHECK(found("/1/projects?name=categorized") == 0);
}

TEST_CASE("workspaces and projects have what the official client requires of them") {
  MasterFixture master;
  const auto workspace = master.get("/api/v1/workspaces/1").json.at("workspace");
  for (const auto* key : {"archived", "errorMessage", "id", "immutable", "name", "numExperiments",
                          "numProjects", "pinned", "state", "userId", "username"}) {
    CHECK(workspace.contains(key));
  }
  const auto project = master.get("/api/v1/projects/1").json.at("project");
  for (const auto* key :
       {"archived", "errorMessage", "id", "immutable", "key", "name", "notes", "numActiveExperiments",
        "numExperiments", "numRuns", "state", "userId", "username", "workspaceId"}) {
    CHECK(project.contains(key));
  }
}

TEST_CASE("a master without agents lists none") {
  MasterFixture master;
  CHECK(master.get("/api/v1/agents").json.at("agents").empty());
  CHECK(master.get("/api/v1/resource-pools").json.at("resourcePools").empty());
  CHECK(master.get("/api/v1/job-queues-v2").json.at("jobs").empty());
  CHECK(master.get("/api/v1/tasks").json.at("allocationIdToSummary").empty());
}
