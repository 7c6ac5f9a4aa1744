#include "commands/reference.hpp"

#include <catch2/catch.hpp>

#include "model/error.hpp"
#include "tests/support/thrown.hpp"

using namespace det;
using commands::parse_id;
using commands::parse_reference;
using testing::thrown;

namespace {

const commands::Globals at_master;

commands::Globals at(const std::string& source) {
  commands::Globals globals;
  globals.source = source;
  return globals;
}

}  // namespace

TEST_CASE("an experiment is a number of a master, or a directory of checkpoints") {
  CHECK(parse_reference("12", "experiment", at_master).id == "12");
  CHECK_FALSE(parse_reference("12", "experiment", at_master).source);
  const auto other = parse_reference("http://m:80#7", "experiment", at_master);
  CHECK(other.source == "http://m:80");
  CHECK(other.id == "7");
  const auto directory = parse_reference("dir:./kept", "experiment", at_master);
  CHECK(directory.source == "dir:./kept");
  CHECK(directory.id == "./kept");
}

TEST_CASE("a line names a directory in any command's place, and keeps its own when --source is another") {
  CHECK(parse_reference("dir:kept", "experiment", at("dir:other")).source == "dir:kept");
  CHECK(commands::is_of_master({}, at_master));
  CHECK(commands::is_of_master({}, at("http://m:80")));
  CHECK_FALSE(commands::is_of_master({}, at("dir:kept")));
  CHECK_FALSE(commands::is_of_master({"dir:kept", "kept"}, at_master));
  CHECK(commands::is_of_master({"http://m:80", "7"}, at("dir:kept")));
}

TEST_CASE("ids of a directory are whatever its receipts say") {
  CHECK(parse_id("c02e_00003", "trial", at("dir:kept")) == "c02e_00003");
  CHECK(parse_reference("c02e_00003", "trial", at("dir:kept")).id == "c02e_00003");
  CHECK(thrown([] { parse_id("c02e_00003", "trial", at_master); }).failure == Failure::usage);
  CHECK(thrown([] { parse_id("", "trial", at("dir:kept")); }).failure == Failure::usage);
}

TEST_CASE("what names no experiment is refused with what would") {
  CHECK(thrown([] { parse_reference("dir:", "experiment", at_master); }).message ==
        "'dir:' needs the path of a directory: dir:PATH");
  const auto trial = thrown([] { parse_reference("dir:kept", "trial", at_master); });
  CHECK(trial.message == "'dir:kept' names an experiment, and a trial is needed");
  CHECK(trial.next == "--source dir:kept and the trial's own id");
  for (const auto* text : {"ray:x", "dvc:x", "", "x", "-1", "99999999999"})
    CHECK(thrown([&] { parse_reference(text, "experiment", at_master); }).failure == Failure::usage);
}
