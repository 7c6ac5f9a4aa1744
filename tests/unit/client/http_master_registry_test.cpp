#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/client/asked_master.hpp"

using namespace det;
using det::testing::answer;
using det::testing::AskedMaster;
using det::testing::error_of;

namespace {

const std::string models = "GET http://m:8080/api/v1/models";

std::string page(const std::string& list, int end, int total) {
  return "{" + list + R"(,"pagination":{"offset":0,"limit":0,"startIndex":0,"endIndex":)" +
         std::to_string(end) + ",\"total\":" + std::to_string(total) + "}}";
}

}  // namespace

TEST_CASE("registered checkpoints are those of every version of every model, over all pages") {
  AskedMaster asked;
  asked.transport.expect(models + "?offset=0", answer(200, page(R"("models":[{"name":"a b/c"}])", 1, 2)))
      .expect(models + "?offset=1", answer(200, page(R"("models":[{"name":"empty"}])", 2, 2)))
      .expect(
          models + "/a%20b%2Fc/versions?offset=0",
          answer(
              200,
              page(
                  R"("model":{},"modelVersions":[{"checkpoint":{"uuid":"u1"}},{"checkpoint":{"uuid":"u2"}}])",
                  2, 2)))
      .expect(models + "/empty/versions?offset=0", answer(200, page(R"("modelVersions":[])", 0, 0)));
  CHECK(asked.master->registered_checkpoints() == std::set<std::string>{"u1", "u2"});
}

TEST_CASE("pages that do not advance end in an error") {
  AskedMaster asked;
  asked.transport.expect(models + "?offset=0", answer(200, page(R"("models":[])", 0, 2)));
  const Error error = error_of([&] { asked.master->registered_checkpoints(); });
  CHECK(error.failure == Failure::master);
  CHECK(error.message == "the master's answer is not valid: its pages of models do not advance");
}

TEST_CASE("a master without a registry is an error for the caller") {
  AskedMaster asked;
  asked.transport.expect(models + "?offset=0",
                         answer(501, R"({"error":{"code":12,"error":"Not Implemented"}})"));
  const Error error = error_of([&] { asked.master->registered_checkpoints(); });
  CHECK(error.http_status == 501);
  CHECK(error.message == "Not Implemented");
}
