#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "commands/registry_entries.hpp"
#include "tests/support/fake_master.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/commands/ran_command.hpp"

using namespace det;
using testing::thrown;
using Words = std::vector<std::string>;

namespace {

const std::string note = "Trial log stream ended. To reopen log stream, run: det trial logs -f 7\n";

model::LogLine line(const std::string& id, const std::string& message) {
  model::LogLine one;
  one.id = id;
  one.timestamp = "2026-11-20T23:44:06Z";
  one.level = "LOG_LEVEL_INFO";
  one.message = message;
  one.trial_id = 7;
  return one;
}

struct Fixture {
  Fixture() {
    context.current_master = &master;
    master.known_lines = {line("1", "one\n"), line("2", "two \x1b[31mred\x07\n"), line("3", "three\n")};
  }
  std::string logs(const Words& words) { return testing::ran(commands::trial_logs, words, context); }
  client::LogQuery asked(const Words& words) {
    logs(words);
    return master.log_queries.back();
  }

  testing::FakeMaster master;
  testing::FakeContext context;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "piped, a log is printed as it came, and then how to go on") {
  CHECK(logs({"7"}) == "one\ntwo \x1b[31mred\x07\nthree\n" + note);
  CHECK(context.told.str().empty());
}

TEST_CASE_METHOD(Fixture, "on a terminal, what steers it is shown and colours end with their line") {
  context.streams.out = true;
  CHECK(logs({"7"}) == "one\ntwo \x1b[31mred\\x07\x1b[0m\nthree\n" + note);
  context.printed.str("");
  context.options.color = "never";
  CHECK(logs({"7"}) == "one\ntwo \\x1b[31mred\\x07\nthree\n" + note);
}

TEST_CASE_METHOD(Fixture, "the last lines are asked for backwards and printed forwards") {
  const auto query = asked({"7", "--tail", "2"});
  CHECK(query.limit == 2);
  CHECK(query.newest_first);
  CHECK(context.printed.str() == "two \x1b[31mred\x07\none\n" + note);
}

TEST_CASE_METHOD(Fixture, "the number of lines is the master's business, and no number of them means all") {
  CHECK(asked({"7", "--head", "2"}).limit == 2);
  CHECK_FALSE(asked({"7", "--head", "0"}).limit);
  CHECK(asked({"7", "--tail", "0"}).limit == 0);
  CHECK_FALSE(asked({"7"}).limit);
}

TEST_CASE_METHOD(Fixture, "filters go to the master, a level with all graver ones") {
  const auto query = asked({"7",
                            "-f",
                            "--agent-id",
                            "a",
                            "--agent-id",
                            "b",
                            "--container-id",
                            "c",
                            "--rank-id",
                            "0",
                            "--source",
                            "s",
                            "--stdtype",
                            "stderr",
                            "--level",
                            "ERROR",
                            "--timestamp-after",
                            "x",
                            "--timestamp-before",
                            "y"});
  CHECK(query.follow);
  CHECK(query.agents == Words{"a", "b"});
  CHECK(query.containers == Words{"c"});
  CHECK(query.ranks == Words{"0"});
  CHECK(query.sources == Words{"s"});
  CHECK(query.stdtypes == Words{"stderr"});
  CHECK(query.levels == Words{"LOG_LEVEL_ERROR", "LOG_LEVEL_CRITICAL"});
  CHECK(query.after == "x");
  CHECK(query.before == "y");
  CHECK(asked({"7"}).levels.empty());
  CHECK(asked({"7", "--level", "UNSPECIFIED"}).levels.size() == 7);
}

TEST_CASE_METHOD(Fixture, "flags that exclude each other, and odd values, ask nothing") {
  for (const Words& words : {Words{"7", "-f", "--tail", "1"}, Words{"7", "--head", "1", "--tail", "1"},
                             Words{"7", "--level", "info"}, Words{"7", "--head", "-1"},
                             Words{"7", "--rank-id", "x"}, Words{"x"}, Words{}}) {
    CHECK(thrown([&] { logs(words); }).failure == Failure::usage);
  }
  CHECK(master.asked.empty());
}

TEST_CASE_METHOD(Fixture,
                 "as JSON, every line is an object of the official shape, and stdout holds nothing else") {
  context.options.json = true;
  master.known_lines.resize(1);
  master.known_lines[0].rank = 0;
  CHECK(logs({"7"}) ==
        "{\n  \"agentId\": null,\n  \"containerId\": null,\n  \"id\": \"1\",\n"
        "  \"level\": \"LOG_LEVEL_INFO\",\n  \"log\": null,\n  \"message\": \"one\\n\",\n  \"rankId\": 0,\n"
        "  \"source\": null,\n  \"stdtype\": null,\n  \"timestamp\": \"2026-11-20T23:44:06Z\",\n"
        "  \"trialId\": 7\n}\n");
  CHECK(context.told.str() == note);
}

TEST_CASE_METHOD(Fixture, "a followed log that breaks off says how to go on, and no end") {
  master.log_break = Error(Failure::unreachable, "the answer ended early");
  const auto error = thrown([&] { logs({"7", "-f"}); });
  CHECK(error.failure == Failure::unreachable);
  CHECK(error.message == "failed to read the log of trial 7: the answer ended early");
  CHECK(error.next == "det trial logs -f 7");
  CHECK(context.printed.str() == "one\ntwo \x1b[31mred\x07\nthree\n");
  CHECK(thrown([&] { logs({"7"}); }).next.empty());
  const auto other = thrown([&] { logs({"http://other:8080#7", "-f"}); });
  CHECK(other.next == "det trial logs -f http://other:8080#7");
}

TEST_CASE_METHOD(Fixture, "the log of an experiment is that of its first trial") {
  for (const auto* id : {"10", "9", "11"}) {
    model::Trial trial;
    trial.id = id;
    trial.experiment_id = "5";
    master.known_trials.push_back(trial);
  }
  testing::ran(commands::experiment_logs, {"5"}, context);
  CHECK(master.asked == Words{"trials 5", "logs 9"});
}

TEST_CASE_METHOD(Fixture, "an experiment without trials has no log") {
  const auto error = thrown([&] { testing::ran(commands::experiment_logs, {"5", "-f"}, context); });
  CHECK(error.failure == Failure::not_found);
  CHECK(error.message == "failed to read the log of experiment 5: it has no trial yet");
}
