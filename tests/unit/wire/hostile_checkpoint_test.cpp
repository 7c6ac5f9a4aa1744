#include <catch2/catch.hpp>
#include <string>

#include "tests/support/fixture.hpp"
#include "tests/unit/wire/listed.hpp"
#include "tests/unit/wire/refusal.hpp"
#include "wire/checkpoint.hpp"

using det::testing::fixture;
using det::testing::listed;
using det::testing::listed_alone;
using det::testing::refusal;
using det::wire::decode_checkpoint_answer;

namespace {

const std::string start = "the master's answer is not valid: ";

// How a row is refused that has these fields beside the required ones.
std::string refused(const std::string& fields) {
  return refusal([&] {
    listed_alone(R"({"uuid":"00000000-0000-4000-8000-000000000001","state":"S","resources":{},)" + fields +
                 "}");
  });
}

}  // namespace

TEST_CASE("a row that lacks a required field is refused by name and place") {
  CHECK(refusal([] { listed_alone(R"({"state":"S","resources":{}})"); }) ==
        start + "checkpoints[0].uuid is missing");
  CHECK(refusal([] { listed_alone(R"({"uuid":"00000000-0000-4000-8000-000000000001","resources":{}})"); }) ==
        start + "checkpoints[0].state is missing");
  CHECK(refusal([] { listed_alone(R"({"uuid":"00000000-0000-4000-8000-000000000001","state":"S"})"); }) ==
        start + "checkpoints[0].resources is missing");
  CHECK(refusal([] { listed_alone(R"({"uuid":null,"state":"S","resources":{}})"); }) ==
        start + "checkpoints[0].uuid is missing");
  CHECK(
      refusal([] {
        listed(
            R"({"checkpoints":[{"uuid":"00000000-0000-4000-8000-000000000001","state":"S","resources":{}},{}]})");
      }) == start + "checkpoints[1].uuid is missing");
}

TEST_CASE("a field of a wrong type is refused by name and place") {
  CHECK(refused(R"("uuid":1)") == start + "checkpoints[0].uuid is not a text");
  CHECK(refused(R"("uuid":"../../etc")") == start + "checkpoints[0].uuid is not a uuid");
  CHECK(refused(R"("taskId":[])") == start + "checkpoints[0].taskId is not a text");
  CHECK(refused(R"("state":true)") == start + "checkpoints[0].state is not a text");
  CHECK(refused(R"("reportTime":"yesterday")") == start + "checkpoints[0].reportTime is not a time");
  CHECK(refused(R"("resources":[])") == start + "checkpoints[0].resources is not an object");
  CHECK(refused(R"("metadata":"m")") == start + "checkpoints[0].metadata is not an object");
  CHECK(refused(R"("training":1)") == start + "checkpoints[0].training is not an object");
  CHECK(refused(R"("training":{"trialId":"six"})") ==
        start + "checkpoints[0].training.trialId is not a whole number of 64 bits");
  CHECK(refused(R"("training":{"hparams":[]})") ==
        start + "checkpoints[0].training.hparams is not an object");
  CHECK(refused(R"("training":{"validationMetrics":3})") ==
        start + "checkpoints[0].training.validationMetrics is not an object");
  CHECK(refused(R"("training":{"searcherMetric":"good"})") ==
        start + "checkpoints[0].training.searcherMetric is not a number");
  CHECK(refused(R"("training":{"experimentConfig":1})") ==
        start + "checkpoints[0].training.experimentConfig is not an object");
  CHECK(refused(R"("training":{"experimentConfig":{"searcher":{"smaller_is_better":"no"}}})") ==
        start + "checkpoints[0].training.experimentConfig.searcher.smaller_is_better is not true or false");
  CHECK(refused(R"("training":{"experimentConfig":{"checkpoint_storage":{"save_trial_best":-1}}})") ==
        start + "checkpoints[0].training.experimentConfig.checkpoint_storage.save_trial_best is not a count");
}

TEST_CASE("absurd sizes are refused") {
  CHECK(refused(R"("resources":{"f":"-1"})") == start + "checkpoints[0].resources.size is negative");
  CHECK(refused(R"("resources":{"f":9223372036854775808})") ==
        start + "checkpoints[0].resources.size is not a whole number of 64 bits");
  CHECK(refused(R"("resources":{"f":"99999999999999999999"})") ==
        start + "checkpoints[0].resources.size is not a whole number of 64 bits");
  CHECK(refused(R"("resources":{"f":0.5})") ==
        start + "checkpoints[0].resources.size is not a whole number of 64 bits");
  CHECK(refused(R"("resources":{"f":null})") ==
        start + "checkpoints[0].resources.size is not a whole number of 64 bits");
}

TEST_CASE("trees that nest too deep are refused") {
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  CHECK(refused(R"("metadata":{"a":)" + deep + "}") == start + "checkpoints[0].metadata nests too deep");
  CHECK(refused(R"("training":{"experimentConfig":{"a":)" + deep + "}}") ==
        start + "checkpoints[0].training.experimentConfig.a nests too deep");
  CHECK(refused(R"("unknown":)" + deep) == "no error");
}

TEST_CASE("text that is no JSON is refused by the place of its row") {
  for (const char* fields : {R"("taskId":"\x")", "\"taskId\":\"\xff\"", R"("taskId":tru)", R"("a":nul)",
                             R"("metadata":{"a":01})", R"("metadata":{"a" 1})", R"("metadata":{"a":[1}])",
                             R"("a":1 "b":2)", "\"taskId\":\"\n\"", R"("metadata":{"a":1e999})"}) {
    INFO(fields);
    CHECK(refused(fields) == start + "checkpoints[0] is not JSON");
  }
}

TEST_CASE("hostile names of files come as they are") {
  const auto checkpoint = listed_alone(
      R"({"uuid":"00000000-0000-4000-8000-000000000001","state":"S","resources":{"../x":"1","a\u0000b":"2","\u001b[31m":"3","":"4","../x":"5"}})");
  REQUIRE(checkpoint.files.size() == 5);
  CHECK(checkpoint.files[0].path == "../x");
  CHECK(checkpoint.files[1].path == std::string("a\0b", 3));
  CHECK(checkpoint.files[2].path == "\x1b[31m");
}

TEST_CASE("of a field that is there twice the last counts") {
  CHECK(
      listed_alone(
          R"({"uuid":"00000000-0000-4000-8000-000000000001","state":"S","resources":{},"uuid":"00000000-0000-4000-8000-000000000002"})")
          .id == "00000000-0000-4000-8000-000000000002");
}

TEST_CASE("an answer that is no checkpoint is refused") {
  CHECK(refusal([] { decode_checkpoint_answer("{}"); }) == start + "checkpoint is missing");
  CHECK(refusal([] { decode_checkpoint_answer(R"({"checkpoint":null})"); }) ==
        start + "checkpoint is not an object");
  CHECK(refusal([] { decode_checkpoint_answer(R"({"checkpoint":{}})"); }) ==
        start + "checkpoint.uuid is missing");
  CHECK(refusal([] { decode_checkpoint_answer(""); }) == start + "it is not a JSON object");
  CHECK(refusal([] { decode_checkpoint_answer("<html>"); }) == start + "it is not a JSON object");
}

TEST_CASE("a recorded answer that is cut short anywhere is refused") {
  const std::string whole = fixture("wire/checkpoint.json");
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    INFO("cut at " << cut);
    REQUIRE(refusal([&] { decode_checkpoint_answer(whole.substr(0, cut)); }) != "no error");
  }
}

TEST_CASE("a recorded answer with a byte spoilt decodes or is refused, but never fails otherwise") {
  const std::string whole = fixture("wire/checkpoint.json");
  for (const char spoilt : {'"', '\\', '}', '9'}) {
    for (std::size_t at = 0; at < whole.size(); at += 3) {
      std::string answer = whole;
      answer[at] = spoilt;
      const std::string outcome = refusal([&] { decode_checkpoint_answer(answer); });
      REQUIRE((outcome == "no error" || outcome.rfind(start, 0) == 0));
    }
  }
}
