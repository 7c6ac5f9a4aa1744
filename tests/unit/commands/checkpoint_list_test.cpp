#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "commands/registry_entries.hpp"
#include "tests/support/fake_context.hpp"
#include "tests/support/fake_source.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/commands/ran_command.hpp"

using namespace det;
using testing::thrown;
using Words = std::vector<std::string>;

namespace {

struct Fixture {
  std::string list(Words words) {
    auto source = std::make_unique<testing::FakeSource>();
    source->rows = {testing::checkpoint_with_loss("a", 0.5), testing::checkpoint_with_loss("b", 0.25)};
    context.next_source = std::move(source);
    context.printed.str("");
    return testing::ran(commands::checkpoint_list, std::move(words), context);
  }
  testing::FakeContext context;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "checkpoint list prints what list-checkpoints of an experiment or trial prints") {
  const Words flags{"--best", "1", "--columns", "uuid,metric"};
  for (const Words& of : {Words{"5"}, Words{"--trial", "7"}}) {
    auto words = of;
    words.insert(words.end(), flags.begin(), flags.end());
    words.push_back("--csv");
    CHECK(list(words) == "UUID,Validation Metric\r\nb,0.25\r\n");
  }
}

TEST_CASE_METHOD(Fixture, "with a directory as the source, checkpoint list needs no experiment") {
  context.options.source = "dir:kept";
  CHECK(list({"--columns", "uuid", "--csv"}) == "UUID\r\na\r\nb\r\n");
}

TEST_CASE_METHOD(Fixture, "a ranking needs an experiment or a trial") {
  const Error error = thrown([&] { list({"--best", "1"}); });
  CHECK(error.failure == Failure::usage);
  CHECK(error.message == "checkpoints are ranked within an experiment or a trial: one of them must be named");
  CHECK(thrown([&] { list({"5", "--trial", "7"}); }).failure == Failure::usage);
}
