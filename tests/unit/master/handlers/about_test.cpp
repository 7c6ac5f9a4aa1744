#include <catch2/catch.hpp>

#include "tests/unit/master/handlers/master_fixture.hpp"

using det::testing::MasterFixture;

TEST_CASE("a master says who it is to anyone") {
  MasterFixture master;
  master.token.clear();
  CHECK(master.get("/info").json.at("cluster_name") == "test");
  CHECK(master.get("/api/v1/master").json.at("version") == "0.38.1");
  CHECK(master.get("/health").status == 200);
}

TEST_CASE("what is not there is told only to who is signed in") {
  MasterFixture master;
  CHECK(master.get("/api/v1/nothing").status == 501);
  CHECK(master.get("/nothing").status == 404);
  master.token.clear();
  CHECK(master.get("/api/v1/nothing").status == 401);
  CHECK(master.get("/api/v1/me").error() == "token missing");
}
