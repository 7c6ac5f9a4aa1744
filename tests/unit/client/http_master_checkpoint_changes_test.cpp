#include <catch2/catch.hpp>
#include <string>

#include "tests/support/fixture.hpp"
#include "tests/unit/client/asked_master.hpp"

using namespace det;
using det::testing::answer;
using det::testing::AskedMaster;
using det::testing::error_of;
using det::testing::fixture;

namespace {

const std::string one = "a0000005-0000-4000-8000-000000000005";
const std::string other = "a0000005-0000-4000-8000-000000000006";

}  // namespace

TEST_CASE("checkpoints are deleted by one request that names them") {
  AskedMaster asked;
  asked.transport.expect("DELETE http://m:8080/api/v1/checkpoints",
                         R"({"checkpointUuids":[")" + one + R"(",")" + other + R"("]})", answer(200, "{}"));
  asked.master->delete_checkpoints({one, other});
}

TEST_CASE("files are removed by globs; without any the list of files is renewed") {
  AskedMaster asked;
  const std::string call = "POST http://m:8080/api/v1/checkpoints/rm";
  asked.transport
      .expect(call, R"({"checkpointGlobs":["nested/**"],"checkpointUuids":[")" + one + R"("]})",
              answer(200, "{}"))
      .expect(call, R"({"checkpointGlobs":[],"checkpointUuids":[")" + one + R"("]})", answer(200, "{}"));
  asked.master->remove_checkpoint_files({one}, {"nested/**"});
  asked.master->remove_checkpoint_files({one}, {});
}

TEST_CASE("a registered checkpoint that is not removed says so in the master's words") {
  AskedMaster asked;
  asked.transport.expect("DELETE http://m:8080/api/v1/checkpoints",
                         answer(400, R"({"error":{"code":400,"error":"this subset is registered"}})"));
  const Error error = error_of([&] { asked.master->delete_checkpoints({one}); });
  CHECK(error.failure == Failure::master);
  CHECK(error.message == "this subset is registered");
}

TEST_CASE("metadata is replaced as a whole, and what the checkpoint is then comes back") {
  AskedMaster asked;
  asked.transport.expect("POST http://m:8080/api/v1/checkpoints/" + one + "/metadata",
                         R"({"checkpoint":{"uuid":")" + one +
                             R"(","metadata":{"a":[1,2.5],"ü":null},"resources":{},"training":{},)"
                             R"("state":"STATE_UNSPECIFIED"}})",
                         answer(200, fixture("wire/checkpoint.json")));
  const auto changed = asked.master->set_checkpoint_metadata(one, {{"a", {1, 2.5}}, {"ü", nullptr}});
  CHECK(changed.metadata == model::Json{{"steps_completed", 500}});
}

TEST_CASE("what is no uuid changes nothing, whatever stands beside it") {
  AskedMaster asked;
  CHECK(error_of([&] { asked.master->delete_checkpoints({one, "nope"}); }).failure == Failure::not_found);
  CHECK(error_of([&] { asked.master->remove_checkpoint_files({"../x"}, {}); }).failure == Failure::not_found);
  CHECK(error_of([&] { asked.master->set_checkpoint_metadata("", {}); }).failure == Failure::not_found);
}
