#include "commands/transfer_flags.hpp"

#include <catch2/catch.hpp>

#include "tests/support/fake_context.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/commands/ran_command.hpp"

namespace det::testing {
namespace {

using commands::DownloadOptions;
using Words = std::vector<std::string>;

// What a line of flags is read as.
struct Line {
  explicit Line(Words words) {
    read_words(std::move(words), [this](commands::Arguments& arguments) {
      arguments.positional("uuid", uuids, "");
      commands::add_transfer_flags(arguments, options);
    });
  }

  Words uuids;
  DownloadOptions options;
};

std::string refusal_of(const Words& words) {
  try {
    const Line line(words);
  } catch (const Error& error) {
    return error.message;
  }
  return "accepted";
}

TEST_CASE("a rate is read as curl reads it") {
  CHECK(commands::parse_rate("0") == 0);
  CHECK(commands::parse_rate("200") == 200);
  CHECK(commands::parse_rate("3k") == 3072);
  CHECK(commands::parse_rate("3K") == 3072);
  CHECK(commands::parse_rate("2M") == 2097152);
  CHECK(commands::parse_rate("2m") == 2097152);
  CHECK(commands::parse_rate("1G") == 1073741824);
  CHECK(commands::parse_rate("17179869183g") == 17179869183ULL << 30U);
  for (const auto* text :
       {"", "k", "-1", "+1", " 1", "1 ", "1.5M", "1kB", "1x", "17179869184g", "99999999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(commands::parse_rate(text));
  }
}

TEST_CASE("without flags all is fetched, checked in full and synced") {
  const auto options = commands::transfer_options(Line({"u"}).options);
  CHECK(options.verify == storage::Verify::full);
  CHECK(options.sync);
  CHECK_FALSE(options.force);
  CHECK_FALSE(options.sha256);
  CHECK(options.include.empty());
  CHECK(options.exclude.empty());
  const FakeContext context;
  CHECK(commands::transfer_limits({}, context) == storage::TransferLimits{});
}

TEST_CASE("globs may be repeated, and each takes one word") {
  const Line line({"--include", "a*", "uuid-1", "--include", "b*", "--exclude", "c", "uuid-2"});
  const auto options = commands::transfer_options(line.options);
  CHECK(options.include == Words{"a*", "b*"});
  CHECK(options.exclude == Words{"c"});
  CHECK(line.uuids == Words{"uuid-1", "uuid-2"});
}

TEST_CASE("every flag of a transfer is read") {
  const Line line({"u", "--verify", "size", "--sha256", "--force", "--no-sync", "--link", "best", "--jobs",
                   "3", "--limit-rate", "2k"});
  const auto options = commands::transfer_options(line.options);
  CHECK(options.verify == storage::Verify::size);
  CHECK(options.sha256);
  CHECK(options.force);
  CHECK_FALSE(options.sync);
  CHECK(line.options.link == "best");
  CHECK(commands::transfer_options(Line({"u", "--verify", "hash"}).options).verify == storage::Verify::hash);
  const FakeContext context;
  CHECK(commands::transfer_limits(line.options, context) ==
        storage::TransferLimits{.connections = 3, .bytes_a_second = 2048});
}

TEST_CASE("flags with values that make no sense are refused") {
  CHECK(refusal_of({"u", "--jobs", "0"}) == "--jobs: it takes a whole number from 1 to 256, not '0'");
  CHECK(refusal_of({"u", "--jobs", "257"}) == "--jobs: it takes a whole number from 1 to 256, not '257'");
  CHECK(refusal_of({"u", "--jobs", "many"}) == "--jobs: it takes a whole number from 1 to 256, not 'many'");
  CHECK(refusal_of({"u", "--limit-rate", "fast"}) ==
        "--limit-rate: it takes bytes per second, as 500k, 10M or 1G, not 'fast'");
  CHECK(refusal_of({"u", "--verify", "sometimes"}) != "accepted");
  CHECK(refusal_of({"u", "--jobs", "256", "--limit-rate", "0"}) == "accepted");
}

TEST_CASE("the environment sets what the line does not") {
  FakeContext context;
  context.variables = {{"DET_JOBS", "4"}, {"DET_LIMIT_RATE", "1k"}};
  CHECK(commands::transfer_limits({}, context) ==
        storage::TransferLimits{.connections = 4, .bytes_a_second = 1024});
  DownloadOptions options;
  options.jobs = 2;
  options.bytes_a_second = 0;
  CHECK(commands::transfer_limits(options, context) == storage::TransferLimits{.connections = 2});
  context.variables = {{"DET_JOBS", ""}};
  CHECK(commands::transfer_limits({}, context) == storage::TransferLimits{});
}

TEST_CASE("a variable that makes no sense is named") {
  FakeContext context;
  context.variables = {{"DET_JOBS", "0"}};
  const auto jobs = thrown([&] { commands::transfer_limits({}, context); });
  CHECK(jobs.failure == Failure::usage);
  CHECK(jobs.message == "DET_JOBS: it takes a whole number from 1 to 256, not '0'");
  context.variables = {{"DET_LIMIT_RATE", "x"}};
  CHECK(thrown([&] { commands::transfer_limits({}, context); }).message ==
        "DET_LIMIT_RATE: it takes bytes per second, as 500k, 10M or 1G, not 'x'");
}

}  // namespace
}  // namespace det::testing
