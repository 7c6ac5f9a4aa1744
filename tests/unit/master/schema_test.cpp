#include "master/schema.hpp"

#include <catch2/catch.hpp>

#include "master/database.hpp"
#include "model/error.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"

using det::Failure;
using det::master::Connection;
using det::master::Database;
using det::testing::TemporaryDirectory;
using det::testing::thrown;

TEST_CASE(
    "a new catalogue has the version of this program, and the workspace and project that always exist") {
  const TemporaryDirectory directory;
  const Database database(directory.path());
  database.read([](Connection& connection) {
    auto version = connection.query("PRAGMA user_version");
    version.step();
    CHECK(version.integer() == det::master::schema_version());
    auto project = connection.query("SELECT p.id, p.name, w.id, w.name FROM projects p, workspaces w");
    REQUIRE(project.step());
    CHECK(project.integer() == 1);
    CHECK(project.text() == "Uncategorized");
    CHECK(project.integer() == 1);
    CHECK(project.text() == "Uncategorized");
  });
}

TEST_CASE("a catalogue of a newer version is refused") {
  const TemporaryDirectory directory;
  {
    Database(directory.path()).write([](Connection& connection) {
      connection.execute("PRAGMA user_version = 99");
    });
  }
  const auto error = thrown([&] { Database again(directory.path()); });
  CHECK(error.failure == Failure::usage);
  CHECK(error.message ==
        "the catalogue has version 99, but this program knows no version above 1: use the newer program that "
        "wrote it");
}

TEST_CASE("a file that is no catalogue is refused as damaged") {
  const TemporaryDirectory directory;
  det::testing::write_file(directory / "catalogue.sqlite", std::string(4096, 'x'));
  CHECK(thrown([&] { Database database(directory.path()); }).failure == Failure::integrity);
}
