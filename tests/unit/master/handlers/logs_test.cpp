#include <fmt/format.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <thread>

#include "master/log_followers.hpp"
#include "master/repository/trials.hpp"
#include "tests/support/fixture.hpp"
#include "tests/unit/master/handlers/master_fixture.hpp"

using det::master::BodyStream;
using det::model::Json;
using det::testing::fixture;
using det::testing::keys;
using det::testing::MasterFixture;

namespace {

// A master with experiment 1 and its trial 1, whose task is "task-1".
struct Logging : MasterFixture {
  Logging() { add_trial(add_experiment()); }

  // Lines "1", "2"... of task-1, a second apart.
  void write_lines(int count) {
    for (int number = 1; number <= count; ++number) {
      post(
          "/api/v1/task/logs",
          fmt::format(
              R"({{"logs":[{{"task_id":"task-1","timestamp":"2026-11-20T00:00:{:02}Z","log":"{}\n",)"
              R"("level":"{}","rank_id":{},"agent_id":"a","container_id":"c{}","source":"task","stdtype":"{}"}}]}})",
              number, number, number % 2 == 0 ? "LOG_LEVEL_ERROR" : "LOG_LEVEL_INFO", number % 3, number % 2,
              number % 2 == 0 ? "stderr" : "stdout"));
    }
  }

  // The texts of what comes, without the ends of their lines.
  std::string texts(const std::string& query) {
    std::string all;
    for (const auto& line : get("/api/v1/trials/1/logs?" + query).results()) {
      const auto text = line.at("log").get<std::string>();
      all += text.substr(0, text.size() - 1) + " ";
    }
    return all;
  }

  void end_trial() {
    database().write([](det::master::Connection& connection) {
      det::master::repository::update_trial(connection, 1, {.state = "COMPLETED"});
    });
    services().log_followers.wake(1);
  }
};

// A stream that is open, as the server reads it.
struct Followed {
  explicit Followed(det::master::Response response) : stream(std::move(response.stream)) {
    stream->on_ready([count = woken_] { ++*count; });
  }
  BodyStream::Step next() {
    piece.clear();
    return stream->next(piece);
  }

  int woken() const { return *woken_; }

  std::string piece;
  std::unique_ptr<BodyStream> stream;

 private:
  std::shared_ptr<std::atomic<int>> woken_ =
      std::make_shared<std::atomic<int>>(0);  // also by the timer, later
};

}  // namespace

TEST_CASE("a line of a detached run comes back as a real master streams it") {
  Logging master;
  const auto known =
      Json::parse(fixture("master/trial-logs.jsonl").substr(0, fixture("master/trial-logs.jsonl").find('\n')))
          .at("result");
  const auto sent = Json::array(
      {{{"task_id", "task-1"}, {"timestamp", "2026-11-20T23:56:53.102441+00:00"}, {"log", known.at("log")}}});
  CHECK(master.post("/task-logs", sent.dump()).text == "{}");
  auto expected = known;
  expected["trialId"] = 1;
  CHECK(master.get("/api/v1/trials/1/logs?follow=false&limit=5").results().at(0) == expected);
}

TEST_CASE("a line tells its container, rank and level before its text") {
  Logging master;
  master.post(
      "/api/v1/task/logs",
      R"({"logs":[{"taskId":"task-1","allocationId":"task-1.1","containerId":"a5341315-53e5","rankId":2,)"
      R"("timestamp":"2026-11-20T00:00:00Z","level":"LOG_LEVEL_INFO","log":"hi\n"}]})");
  const auto line = master.get("/api/v1/trials/1/logs").results().at(0);
  CHECK(line.at("message") == "[2026-11-20T00:00:00.000000Z] a5341315 [rank=2] || INFO: hi\n");
  CHECK(line.at("level") == "LOG_LEVEL_INFO");
  CHECK(line.at("rankId") == 2);
  const auto of_task = master.get("/api/v1/tasks/task-1/logs").results().at(0);
  CHECK(of_task.at("taskId") == "task-1");
  CHECK(of_task.at("allocationId") == "task-1.1");
  CHECK(of_task.at("message") == line.at("message"));
}

TEST_CASE("lines are chosen by what they are") {
  Logging master;
  master.write_lines(4);
  CHECK(master.texts("") == "1 2 3 4 ");
  CHECK(master.texts("limit=2") == "1 2 ");
  CHECK(master.texts("limit=2&orderBy=ORDER_BY_DESC") == "4 3 ");
  CHECK(master.texts("levels=LOG_LEVEL_ERROR&levels=LOG_LEVEL_CRITICAL") == "2 4 ");
  CHECK(master.texts("rankIds=0&rankIds=2") == "2 3 ");
  CHECK(master.texts("stdtypes=stdout") == "1 3 ");
  CHECK(master.texts("sources=none").empty());
  CHECK(master.texts("containerIds=c0&agentIds=a") == "2 4 ");
  CHECK(master.texts("searchText=3") == "3 ");
  CHECK(master.texts("timestampAfter=2026-11-20T00:00:02Z") == "3 4 ");
  CHECK(master.texts("timestampBefore=2026-11-20T00:00:02Z") == "1 2 ");
}

TEST_CASE("more lines than are read at once all come, each once") {
  Logging master;
  std::string lines;
  for (int number = 0; number < 450; ++number) {
    lines += fmt::format(R"({}{{"task_id":"task-1","log":"{}\n"}})", number == 0 ? "" : ",", number);
  }
  master.post("/task-logs", "[" + lines + "]");
  const auto all = master.get("/api/v1/trials/1/logs").results();
  REQUIRE(all.size() == 450);
  CHECK(all.at(449).at("log") == "449\n");
  CHECK(master.get("/api/v1/trials/1/logs?orderBy=ORDER_BY_DESC&limit=401").results().at(400).at("log") ==
        "49\n");
}

TEST_CASE("a log that cannot be given says why") {
  Logging master;
  CHECK(
      master.get("/api/v1/trials/9/logs").json.dump() ==
      R"({"error":{"grpcCode":5,"httpCode":404,"message":"trial '9' not found","httpStatus":"Not Found","details":[]}})");
  CHECK(master.get("/api/v1/trials/9/logs/fields").status == 404);
  CHECK(master.get("/api/v1/tasks/nine/logs").status == 404);
  CHECK(master.get("/api/v1/trials/1/logs?levels=NOPE").json.at("error").at("message") ==
        "NOPE is not a valid logv1.LogLevel");
  CHECK(
      master.get("/api/v1/trials/1/logs?limit=-1").json.dump() ==
      R"({"error":{"grpcCode":3,"httpCode":400,"message":"limit must be >= 0","httpStatus":"Bad Request","details":[]}})");
  CHECK(master.get("/api/v1/trials/1/logs?timestampAfter=noon").status == 400);
  CHECK(master.get("/api/v1/trials/1/logs?searchText=a.b&enableRegex=true").status == 400);
}

TEST_CASE("lines that name a trial that is not there are refused, all of them") {
  Logging master;
  CHECK(
      master
          .post("/task-logs", R"([{"task_id":"task-1","log":"a"},{"task_id":"x","trial_id":"9","log":"b"}])")
          .json.at("message") == "trial '9' not found");
  CHECK(master.texts("").empty());
  CHECK(master.post("/task-logs", R"([{"task_id":"of nobody","log":"a"}])").status == 200);
  CHECK(master.post("/task-logs", R"({"logs":[{"log":"a"}]})").status == 400);
}

TEST_CASE("logs are kept for ever, and for nothing else") {
  Logging master;
  CHECK(master.put("/api/v1/experiments/1/retain_logs", R"({"experimentId":1,"numDays":-1})").status == 200);
  CHECK(master.put("/api/v1/trials/1/retain_logs", R"({"trialId":1,"numDays":-1})").status == 200);
  CHECK(master.put("/api/v1/trials/1/retain_logs", R"({"trialId":1,"numDays":30})").error() ==
        "this master keeps a log as long as its experiment: numDays can only be -1, for ever");
  CHECK(master.put("/api/v1/experiments/1/retain_logs", "{}").status == 400);
  CHECK(master.put("/api/v1/experiments/9/retain_logs", R"({"numDays":-1})").status == 404);
  CHECK(master.put("/api/v1/trials/9/retain_logs", R"({"numDays":-1})").status == 404);
}

TEST_CASE("whoever follows a log gets each line once it is there, and the end with the trial") {
  Logging master;
  master.write_lines(1);
  Followed followed(master.response("GET", "/api/v1/trials/1/logs?follow=true"));
  REQUIRE(followed.next() == BodyStream::Step::more);
  CHECK(Json::parse(followed.piece).at("result").at("log") == "1\n");
  CHECK(followed.next() == BodyStream::Step::wait);
  CHECK(followed.woken() == 0);
  master.post("/task-logs", R"([{"task_id":"task-1","log":"late\n"}])");
  CHECK(followed.woken() == 1);
  REQUIRE(followed.next() == BodyStream::Step::more);
  CHECK(Json::parse(followed.piece).at("result").at("log") == "late\n");
  CHECK(followed.next() == BodyStream::Step::wait);
  master.end_trial();
  CHECK(followed.woken() == 2);
  CHECK(followed.next() == BodyStream::Step::end);
}

TEST_CASE("an end of which nobody tells is noticed within a second or so") {
  Logging master;
  Followed followed(master.response("GET", "/api/v1/trials/1/logs?follow=true"));
  CHECK(followed.next() == BodyStream::Step::wait);
  master.database().write([](det::master::Connection& connection) {
    det::master::repository::update_trial(connection, 1, {.state = "ERROR"});
  });
  for (int tries = 0; tries < 500 && followed.woken() == 0; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(followed.woken() == 1);
  CHECK(followed.next() == BodyStream::Step::end);
}

TEST_CASE("whoever follows chosen lines gets only those") {
  Logging master;
  Followed followed(
      master.response("GET", "/api/v1/trials/1/logs?follow=true&levels=LOG_LEVEL_ERROR&limit=1"));
  CHECK(followed.next() == BodyStream::Step::wait);
  master.write_lines(1);
  CHECK(followed.next() == BodyStream::Step::wait);
  master.write_lines(2);
  REQUIRE(followed.next() == BodyStream::Step::more);
  CHECK(Json::parse(followed.piece).at("result").at("log") == "2\n");
  CHECK(followed.next() == BodyStream::Step::end);
}

TEST_CASE("a log of a trial that has ended is not followed") {
  Logging master;
  master.write_lines(2);
  master.end_trial();
  CHECK(master.texts("follow=true") == "1 2 ");
}

TEST_CASE("the fields of a log name what its lines can be told apart by") {
  Logging master;
  master.write_lines(4);
  const auto fields = master.get("/api/v1/trials/1/logs/fields?follow=false").results();
  REQUIRE(fields.size() == 1);
  CHECK(fields.at(0).dump() ==
        R"({"agentIds":["a"],"allocationIds":[],"containerIds":["c0","c1"],"rankIds":[0,1,2],)"
        R"("sources":["task"],"stdtypes":["stderr","stdout"]})");
}

TEST_CASE("followers are woken by their own trial, and no more once they have gone") {
  det::master::LogFollowers followers;
  int woken = 0;
  auto following = followers.follow(1, [&] { ++woken; });
  const auto another = followers.follow(1, [&] { woken += 10; });
  followers.wake(2);
  CHECK(woken == 0);
  followers.wake(1);
  CHECK(woken == 11);
  following.reset();
  followers.wake(1);
  CHECK(woken == 21);
}
