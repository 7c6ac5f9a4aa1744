#include "commands/progress_display.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/fake_context.hpp"

namespace det::testing {
namespace {

const std::string wiped = "\r\x1b[K";

// What was drawn last on the line.
std::string last_line(const FakeContext& context) {
  const auto told = context.told.str();
  return told.substr(told.rfind(wiped) + wiped.size());
}

TEST_CASE("the bar of one checkpoint bears its name, that of two at once their sum") {
  FakeContext context;
  context.streams.err = true;
  const auto display = commands::progress_display(context, false);
  const auto first = display->lane();
  const auto second = display->lane();
  first->started("one", 3, 1000);
  CHECK(context.told.str().find("one") != std::string::npos);
  first->found(500);
  second->started("two", 1, 3000);
  CHECK(last_line(context).find("2 checkpoints") == 0);
  CHECK(last_line(context).find("3.9KB") != std::string::npos);
  first->found(500);
  first->finished();
  CHECK(last_line(context).find("25%") != std::string::npos);
  second->finished();
  CHECK(last_line(context).empty());
  second->started("three", 1, 3000);
  CHECK(last_line(context).find("three") == 0);
}

TEST_CASE("what is printed beside a bar stands on a line of its own") {
  FakeContext context;
  context.streams.err = true;
  const auto display = commands::progress_display(context, false);
  const auto lane = display->lane();
  lane->started("one", 3, 1000);
  display->apart([&] { context.err() << "here"; });
  CHECK(last_line(context) == "here");
  lane->gave_up("by storage: it is shut");
  CHECK(context.told.str().ends_with("hereby storage: it is shut; another way is tried\n"));
  lane->finished();
}

TEST_CASE("a way that failed is told in every form") {
  FakeContext context;
  context.options.progress = GENERATE("none", "plain", "json", "bar");
  const auto display = commands::progress_display(context, false);
  display->lane()->gave_up("by storage: \x1b[31m");
  CHECK(context.told.str() == "by storage: \\x1b[31m; another way is tried\n");
}

TEST_CASE("plain lines are told of each checkpoint by itself") {
  FakeContext context;
  const auto display = commands::progress_display(context, false);
  const auto first = display->lane();
  const auto second = display->lane();
  first->started("one", 3, 1000);
  second->started("two", 1, 3000);
  second->finished();
  const auto told = context.told.str();
  CHECK(told.find("one: 0 of 3 files") == 0);
  CHECK(told.find("\ntwo: 0 of 1 files") != std::string::npos);
  CHECK(told.find(wiped) == std::string::npos);
}

}  // namespace
}  // namespace det::testing
