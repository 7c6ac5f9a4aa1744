#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/client/asked_master.hpp"

using namespace det;
using det::testing::Answer;
using det::testing::answer;
using det::testing::AskedMaster;
using det::testing::error_of;

namespace {

const std::string logs = "GET http://m:8080/api/v1/trials/7/logs";

std::string line(int id) {
  return R"({"result":{"id":")" + std::to_string(id) + R"(","timestamp":"t","message":"line )" +
         std::to_string(id) +
         R"(\n","level":"LOG_LEVEL_INFO","trialId":7}})"
         "\n";
}

// What a log gives: each line's id, and a bar whenever all that has arrived was given.
struct Reading {
  std::string seen;
  std::size_t most = 1000;

  void read(AskedMaster& asked, const client::LogQuery& query) {
    std::size_t lines = 0;
    asked.master->trial_logs(
        query,
        [&](const model::LogLine& one) {
          seen += one.id + " ";
          return ++lines < most;
        },
        [&] { seen += "| "; });
  }
};

}  // namespace

TEST_CASE("lines come as they arrive, wherever the pieces break") {
  AskedMaster asked;
  asked.transport.expect(logs + "?follow=false", Answer{.chunks = {line(1) + line(2) + line(3).substr(0, 40),
                                                                   line(3).substr(40), line(4)}});
  Reading reading;
  reading.read(asked, {.trial_id = "7"});
  CHECK(reading.seen == "1 2 | 3 | 4 | ");
  CHECK(asked.transport.requests().front().compressed);
  CHECK_FALSE(asked.transport.requests().front().patient);
}

TEST_CASE("a followed log may be silent, and is not held back by compression") {
  AskedMaster asked;
  asked.transport.expect(logs + "?follow=true", answer(200, ""));
  Reading reading;
  reading.read(asked, {.trial_id = "7", .follow = true});
  CHECK(reading.seen.empty());
  CHECK(asked.transport.requests().front().patient);
  CHECK_FALSE(asked.transport.requests().front().compressed);
}

TEST_CASE("every filter goes into the query") {
  AskedMaster asked;
  asked.transport.expect(logs +
                             "?agentIds=a&agentIds=b&containerIds=c&follow=false&levels=LOG_LEVEL_ERROR"
                             "&limit=5&orderBy=ORDER_BY_DESC&rankIds=0&rankIds=1&sources=s&stdtypes=stderr"
                             "&timestampAfter=2026-11-20T23%3A17%3A12Z&timestampBefore=x",
                         answer(200, line(9)));
  Reading reading;
  reading.read(asked, {.trial_id = "7",
                       .limit = 5,
                       .newest_first = true,
                       .agents = {"a", "b"},
                       .containers = {"c"},
                       .levels = {"LOG_LEVEL_ERROR"},
                       .ranks = {"0", "1"},
                       .sources = {"s"},
                       .stdtypes = {"stderr"},
                       .after = "2026-11-20T23:17:12Z",
                       .before = "x"});
  CHECK(reading.seen == "9 | ");
}

TEST_CASE("a sink that has enough of a log ends its transfer") {
  AskedMaster asked;
  asked.transport.expect(logs + "?follow=false",
                         Answer{.chunks = {line(1) + line(2), line(3)},
                                .broken_by = Error(Failure::unreachable, "must not be read")});
  Reading reading{.seen = "", .most = 1};
  reading.read(asked, {.trial_id = "7"});
  CHECK(reading.seen == "1 ");
}

TEST_CASE("a stream that fails gives its lines first, then the master's words") {
  AskedMaster asked;
  asked.transport
      .expect(logs + "?follow=false",
              answer(200, line(1) + R"({"error":{"grpcCode":13,"httpCode":500,"message":"lost"}})"))
      .expect(logs + "?follow=false", answer(200, R"({"error":{"httpCode":503,"message":"later"}})"))
      .expect(logs + "?follow=false", answer(200, R"({"error":{}})"));
  Reading reading;
  const auto lost = error_of([&] { reading.read(asked, {.trial_id = "7"}); });
  CHECK(reading.seen == "1 ");
  CHECK(lost.message == "lost");
  CHECK(lost.failure == Failure::master);
  CHECK(lost.http_status == 500);
  const auto later = error_of([&] { reading.read(asked, {.trial_id = "7"}); });
  CHECK(later.failure == Failure::unreachable);
  CHECK(later.retryable);
  const auto wordless = error_of([&] { reading.read(asked, {.trial_id = "7"}); });
  CHECK(wordless.message == "the master ended the stream with an error");
  CHECK_FALSE(wordless.http_status);
}

TEST_CASE("a stream that breaks off, or ends within a line, is no end") {
  AskedMaster asked;
  asked.transport
      .expect(logs + "?follow=false",
              Answer{.chunks = {line(1)}, .broken_by = Error(Failure::unreachable, "broke")})
      .expect(logs + "?follow=false", answer(200, line(1).substr(0, 50)))
      .expect(logs + "?follow=false", answer(200, "{\"experiments\":[]}"));
  Reading reading;
  CHECK(error_of([&] { reading.read(asked, {.trial_id = "7"}); }).failure == Failure::unreachable);
  CHECK(error_of([&] { reading.read(asked, {.trial_id = "7"}); }).message ==
        "the master's answer is not valid: stream[0] ends too early");
  CHECK(error_of([&] { reading.read(asked, {.trial_id = "7"}); }).message ==
        "the master's answer is not valid: stream[0].result is missing");
}

TEST_CASE("a model definition comes packed") {
  AskedMaster asked;
  const std::string path = "GET http://m:8080/api/v1/experiments/3/model_def";
  asked.transport.expect(path, answer(200, R"({"b64Tgz":"H4sI"})")).expect(path, answer(200, "{}"));
  CHECK(asked.master->model_definition("3") == "H4sI");
  CHECK(error_of([&] { asked.master->model_definition("3"); }).message ==
        "the master's answer is not valid: answer.b64Tgz is missing");
}

TEST_CASE("the trials of an experiment are asked for without a page when none is meant") {
  AskedMaster asked;
  asked.transport.expect("GET http://m:8080/api/v1/experiments/5/trials",
                         answer(200, R"({"trials":[],"pagination":{"endIndex":0,"total":0}})"));
  CHECK(asked.master->trials("5", {}, [](const model::Trial&) { return true; }) == 0);
}
