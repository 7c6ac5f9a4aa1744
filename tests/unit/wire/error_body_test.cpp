#include "wire/error_body.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/fixture.hpp"

using det::testing::fixture;
using det::wire::error_text;

TEST_CASE("a recorded error says why, in each of its shapes") {
  CHECK(error_text(fixture("wire/error-checkpoint-not-found.json")) ==
        "checkpoint 'deadbeef-0000-4000-8000-000000000000' not found");
  CHECK(error_text(fixture("wire/error-stream.json")) == "trial '99999' not found");
  CHECK(error_text(fixture("wire/error-plain.json")) == "experiment '99999' not found");
  CHECK(error_text(fixture("wire/error-archive.json")) ==
        "unable to list checkpoint a0000005-0000-4000-8000-000000000005 files: lstat "
        "/lab/storage/a0000005-0000-4000-8000-000000000005/: no such file or directory");
}

TEST_CASE("a body that is no master's error says nothing") {
  for (const char* body :
       {"", "<html>502</html>", "null", "[]", "{}", R"({"error":"text"})", R"({"error":null})",
        R"({"error":{}})", R"({"error":{"error":5}})", R"({"message":["x"]})", "{\"message\":\"\xff\"}"}) {
    INFO(body);
    CHECK(error_text(body).empty());
  }
}

TEST_CASE("a long text is cut, not inside a character") {
  CHECK(error_text("{\"message\":\"" + std::string(3000, 'x') + "\"}") == std::string(2000, 'x') + "...");
  std::string accents;
  for (int i = 0; i < 1500; ++i) accents += "\u00e9";
  CHECK(error_text("{\"message\":\"x" + accents + "\"}") == "x" + accents.substr(0, 1998) + "...");
}
