#include <catch2/catch.hpp>

#include "cli/command_line.hpp"

using det::cli::route;
using Words = std::vector<std::string>;

namespace {

std::string path_of(const Words& line) {
  const auto found = route(line);
  return found.command == nullptr ? "none" : std::string(found.command->path);
}

}  // namespace

TEST_CASE("a command is found by its words, by aliases, and past global flags") {
  CHECK(path_of({"experiment", "list"}) == "experiment list");
  CHECK(path_of({"e", "lc", "12"}) == "experiment list-checkpoints");
  CHECK(path_of({"-m", "http://host", "e", "ls"}) == "experiment list");
  CHECK(path_of({"--master=http://host", "e", "-u", "list", "ls"}) == "experiment list");
  CHECK(path_of({"e", "set", "gc-policy", "12"}) == "experiment set gc-policy");
}

TEST_CASE("everything but the command's words is an argument, in order") {
  CHECK(route({"-m", "list", "e", "list", "--csv", "list"}).arguments ==
        Words{"-m", "list", "--csv", "list"});
}

TEST_CASE("--source before the command's word is the global one") {
  const auto before = route({"--source", "dir:x", "trial", "logs", "7", "--source", "agent"});
  CHECK(before.command->path == "trial logs");
  CHECK(before.source == "dir:x");
  CHECK(before.arguments == Words{"7", "--source", "agent"});
  CHECK(route({"e", "--sou=dir:y", "list"}).source == "dir:y");
  CHECK_FALSE(route({"e", "list", "--source", "dir:x"}).source);
  CHECK(route({"--source", "--json", "e", "list"}).arguments == Words{"--source", "--json"});
  // What stands behind a word that is no command is whoever's that word is.
  CHECK(route({"__complete", "--source", "dir:x", "e"}).arguments == Words{"--source", "dir:x", "e"});
}

TEST_CASE("a line that stops at a noun names it") {
  const auto found = route({"e", "set"});
  CHECK(found.command == nullptr);
  CHECK(found.noun == "experiment set");
  CHECK(found.unknown.empty());
}

TEST_CASE("a word that names no command is kept, and so is where it stood") {
  const auto found = route({"experiment", "frobnicate", "--x"});
  CHECK(found.command == nullptr);
  CHECK(found.noun == "experiment");
  CHECK(found.unknown == "frobnicate");
  CHECK(found.arguments == Words{"--x"});
}

TEST_CASE("an empty line names nothing") {
  const auto found = route({});
  CHECK(found.command == nullptr);
  CHECK(found.noun.empty());
}
