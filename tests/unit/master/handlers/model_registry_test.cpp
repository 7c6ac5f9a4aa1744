#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "master/repository/users.hpp"
#include "tests/unit/master/handlers/master_fixture.hpp"

using det::model::Json;
using det::testing::keys;
using det::testing::MasterFixture;
using det::testing::uuid;

namespace {

// A master with checkpoint 1 of trial 1.
struct Registry : MasterFixture {
  Registry() {
    add_trial(add_experiment());
    add_checkpoint(1, uuid(1), 100);
  }

  Json create(const std::string& body) { return post("/api/v1/models", body).json.at("model"); }
  int register_version(const std::string& name, int checkpoint = 1) {
    return post("/api/v1/models/" + name + "/versions",
                fmt::format(R"({{"modelName":"x","checkpointUuid":"{}","name":"first"}})", uuid(checkpoint)))
        .status;
  }
  std::string names(const std::string& query) {
    const auto answered = get("/api/v1/models?" + query);
    std::string all;
    for (const auto& registered : answered.json.at("models"))
      all += registered.at("name").get<std::string>() + " ";
    return all;
  }
};

// The client reads these, and fails where one is missing (client types 0.38.1).
const std::vector<std::string> required_of_model{
    "name",   "description", "metadata",    "creationTime", "lastUpdatedTime", "id",   "numVersions",
    "labels", "username",    "workspaceId", "userId",       "archived",        "notes"};

}  // namespace

TEST_CASE("a new model comes back with all that the client reads") {
  Registry master;
  const auto made = master.create(
      R"({"name":"a b","description":"d","notes":"n","metadata":{"k":[1]},"labels":["x","y"],"workspaceId":null})");
  CHECK(keys(made) == required_of_model);
  CHECK(made.at("metadata").dump() == R"({"k":[1]})");
  CHECK(made.at("labels").dump() == R"(["x","y"])");
  CHECK(made.at("numVersions") == 0);
  CHECK(made.at("username") == "determined");
  CHECK(master.get("/api/v1/models/a%20b").json.at("model") == made);
  CHECK(master.get("/api/v1/models/1").json.at("model") == made);
}

TEST_CASE("a model that cannot be made says why") {
  Registry master;
  master.create(R"({"name":"one"})");
  CHECK(master.post("/api/v1/models", R"({"name":"one"})").error() == "model 'one' exists already");
  CHECK(master.post("/api/v1/models", "{}").error() == "model.name is missing");
  CHECK(master.post("/api/v1/models", R"({"name":"12"})").status == 400);
  CHECK(master.post("/api/v1/models", R"({"name":"a/b"})").error() ==
        "model name 'a/b' may not contain a slash");
  CHECK(master.post("/api/v1/models", R"({"name":"two","workspaceId":5})").error() ==
        "workspace '5' not found");
  CHECK(master.post("/api/v1/models", R"({"name":"two","workspaceName":"w"})").error() ==
        "workspace 'w' not found");
  CHECK(master.get("/api/v1/models/two").error() == "model 'two' not found");
}

TEST_CASE("models are filtered, sorted and cut as asked") {
  Registry master;
  master.create(R"({"name":"beta","labels":["x"],"description":"second"})");
  master.create(R"({"name":"alpha","labels":["x","y"]})");
  master.create(R"({"name":"gamma"})");
  master.post("/api/v1/models/gamma/archive");
  CHECK(master.names("") == "beta alpha gamma ");
  CHECK(master.names("sortBy=SORT_BY_NAME&orderBy=ORDER_BY_DESC") == "gamma beta alpha ");
  CHECK(master.names("labels=x&labels=y") == "alpha ");
  CHECK(master.names("archived=true") == "gamma ");
  CHECK(master.names("name=ALPH") == "alpha ");
  CHECK(master.names("description=sec") == "beta ");
  CHECK(master.names("users=nobody").empty());
  CHECK(master.names("userIds=1&id=2") == "alpha ");
  CHECK(master.names("workspaceIds=2").empty());
  CHECK(master.names("workspaceNames=Uncategorized&offset=2") == "gamma ");
  CHECK(master.get("/api/v1/models?limit=1&offset=1").json.at("pagination").dump() ==
        R"({"offset":1,"limit":1,"startIndex":1,"endIndex":2,"total":3})");
  CHECK(master.get("/api/v1/models?sortBy=NOPE").error() ==
        "NOPE is not a valid apiv1.GetModelsRequest_SortBy");
  CHECK(master.get("/api/v1/model/labels").text == R"({"labels":["x","y"]})");
}

TEST_CASE("a change of a model leaves alone what it does not name") {
  Registry master;
  master.create(R"({"name":"one","description":"d","labels":["x"],"metadata":{"a":1}})");
  const auto changed = master.patch("/api/v1/models/one", R"({"name":"uno","metadata":{},"notes":"n"})");
  const auto& registered = changed.json.at("model");
  CHECK(registered.at("name") == "uno");
  CHECK(registered.at("description") == "d");
  CHECK(registered.at("labels").dump() == R"(["x"])");
  CHECK(registered.at("metadata") == Json::object());
  CHECK(registered.at("notes") == "n");
  CHECK(master.get("/api/v1/models/one").status == 404);
}

TEST_CASE("an archived model changes no more until it is taken back") {
  Registry master;
  master.create(R"({"name":"one"})");
  CHECK(master.post("/api/v1/models/one/archive").text == "{}");
  CHECK(master.patch("/api/v1/models/one", R"({"notes":"n"})").error() == "model 'one' is archived");
  CHECK(master.register_version("one") == 400);
  CHECK(master.post("/api/v1/models/one/unarchive").status == 200);
  CHECK(master.register_version("one") == 200);
}

TEST_CASE("a model moves to the one workspace there is") {
  Registry master;
  master.create(R"({"name":"one"})");
  CHECK(master.post("/api/v1/models/one/move", R"({"modelName":"one","destinationWorkspaceId":1})").text ==
        "{}");
  CHECK(master.post("/api/v1/models/one/move", R"({"destinationWorkspaceId":2})").status == 404);
  CHECK(master.post("/api/v1/models/two/move", R"({"destinationWorkspaceId":1})").status == 404);
}

TEST_CASE("a version comes back with its model and its whole checkpoint") {
  Registry master;
  master.create(R"({"name":"one"})");
  REQUIRE(master.register_version("one") == 200);
  const auto version = master.get("/api/v1/models/one/versions/1").json.at("modelVersion");
  CHECK(keys(version) == std::vector<std::string>{"model", "checkpoint", "version", "creationTime", "id",
                                                  "name", "metadata", "lastUpdatedTime", "comment",
                                                  "username", "userId", "labels", "notes"});
  CHECK(keys(version.at("model")) == required_of_model);
  CHECK(version.at("model").at("numVersions") == 1);
  CHECK(version.at("checkpoint") == master.get("/api/v1/checkpoints/" + uuid(1)).json.at("checkpoint"));
  CHECK(version.at("version") == 1);
  CHECK(version.at("name") == "first");
}

TEST_CASE("a version that cannot be made says why") {
  Registry master;
  master.create(R"({"name":"one"})");
  CHECK(master.register_version("two") == 404);
  CHECK(master.register_version("one", 9) == 404);
  CHECK(master.post("/api/v1/models/one/versions", R"({"checkpointUuid":"nope"})").error() ==
        "string nope is not a valid uuid");
  CHECK(master.get("/api/v1/models/one/versions/7").error() == "version 7 of model 'one' not found");
}

TEST_CASE("versions are listed with their model, by number") {
  Registry master;
  master.create(R"({"name":"one"})");
  for (int number = 1; number <= 3; ++number) master.register_version("one");
  const auto all = master.get("/api/v1/models/one/versions").json;
  CHECK(keys(all) == std::vector<std::string>{"model", "modelVersions", "pagination"});
  CHECK(all.at("modelVersions").size() == 3);
  const auto page =
      master.get("/api/v1/models/one/versions?orderBy=ORDER_BY_DESC&limit=1&offset=1&sortBy=SORT_BY_VERSION")
          .json;
  CHECK(page.at("modelVersions").at(0).at("version") == 2);
  CHECK(page.at("pagination").dump() == R"({"offset":1,"limit":1,"startIndex":1,"endIndex":2,"total":3})");
  CHECK(master.get("/api/v1/models/one/versions?offset=9").json.at("modelVersions").empty());
  CHECK(master.get("/api/v1/models/two/versions").status == 404);
}

TEST_CASE("a version changes and goes, and its number is not given again") {
  Registry master;
  master.create(R"({"name":"one"})");
  master.register_version("one");
  const auto changed =
      master.patch("/api/v1/models/one/versions/1", R"({"comment":"c","labels":["l"],"metadata":{"m":1}})");
  CHECK(changed.json.at("modelVersion").at("comment") == "c");
  CHECK(changed.json.at("modelVersion").at("name") == "first");
  CHECK(master.get("/api/v1/models/one/versions/1/metrics").text == R"({"metrics":[]})");
  CHECK(master.remove("/api/v1/models/one/versions/1").text == "{}");
  CHECK(master.get("/api/v1/models/one/versions/1").status == 404);
  master.register_version("one");
  CHECK(master.get("/api/v1/models/one/versions/2").status == 200);
}

TEST_CASE("only its owner and administrators delete a model") {
  Registry master;
  master.create(R"({"name":"one"})");
  master.database().write([](det::master::Connection& connection) {
    det::master::repository::insert_user(connection, {.username = "ada"}, {});
  });
  const auto owner = master.token;
  master.token = master.services().accounts.sign_in_owner("ada").token;
  CHECK(master.remove("/api/v1/models/one").status == 403);
  master.create(R"({"name":"hers"})");
  CHECK(master.remove("/api/v1/models/hers").status == 200);
  master.token = owner;
  CHECK(master.remove("/api/v1/models/one").text == "{}");
  CHECK(master.remove("/api/v1/models/one").status == 404);
}
