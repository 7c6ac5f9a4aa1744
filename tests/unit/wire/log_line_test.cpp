#include "wire/log_line.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/wire/refusal.hpp"
#include "wire/tree.hpp"

using namespace det;
using det::testing::refusal;
using wire::decode_log_line;
using wire::decode_stream_failure;
using wire::parse_tree;

TEST_CASE("a line comes with all that it says") {
  const auto line = decode_log_line(
      parse_tree(R"({"id":"17","timestamp":"2026-11-20T23:44:06.1Z","level":"LOG_LEVEL_INFO","trialId":2,)"
                 R"("message":"[t] 5d3b0b5a || INFO: x\n","agentId":"local","containerId":"5d3b0b5a",)"
                 R"("rankId":0,"log":"x\n","source":"","stdtype":"stdout"})"),
      {"result"});
  CHECK(line.id == "17");
  CHECK(line.timestamp == "2026-11-20T23:44:06.1Z");
  CHECK(line.level == "LOG_LEVEL_INFO");
  CHECK(line.message == "[t] 5d3b0b5a || INFO: x\n");
  CHECK(line.trial_id == 2);
  CHECK(line.agent_id == "local");
  CHECK(line.container_id == "5d3b0b5a");
  CHECK(line.rank == 0);
  CHECK(line.text == "x\n");
  CHECK(line.source == "");
  CHECK(line.stdtype == "stdout");
}

TEST_CASE("a line may lack what its message is made of") {
  const auto line = decode_log_line(
      parse_tree(R"({"id":"a","timestamp":"","level":"","message":"","trialId":1,"rankId":null})"),
      {"result"});
  CHECK_FALSE(line.agent_id);
  CHECK_FALSE(line.rank);
  CHECK_FALSE(line.text);
}

TEST_CASE("what is no line is refused by name and place") {
  const auto refused = [](const char* text) {
    return refusal([&] { decode_log_line(parse_tree(text), {"result"}); });
  };
  const std::string start = "the master's answer is not valid: result";
  CHECK(refused(R"({"id":"1","timestamp":"","level":""})") == start + ".message is missing");
  CHECK(refused(R"({"id":1})") == start + ".id is not a text");
}

TEST_CASE("a stream that fails says why") {
  const auto failure = decode_stream_failure(
      parse_tree(R"({"error":{"grpcCode":5,"httpCode":404,"message":"trial '9' not found","details":[]}})"));
  REQUIRE(failure);
  CHECK(failure->status == 404);
  CHECK(failure->text == "trial '9' not found");
  CHECK(decode_stream_failure(parse_tree(R"({"error":"odd"})"))->status == 0);
  CHECK(decode_stream_failure(parse_tree(R"({"error":{"httpCode":"x"}})"))->text.empty());
  CHECK_FALSE(decode_stream_failure(parse_tree(R"({"result":{},"error":null})")));
}
