#include "client/call_path.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/client/asked_master.hpp"

using namespace det;
using client::CallPath;
using det::testing::error_of;

TEST_CASE("parts and parameters of a path are encoded") {
  CHECK(
      CallPath("/api/v1/models").part("a b/../c?d%").part("v").with("n", "x&y=\u00e9").with("m", -1).text() ==
      "/api/v1/models/a%20b%2F..%2Fc%3Fd%25/v?n=x%26y%3D%C3%A9&m=-1");
  CHECK(CallPath("/x").part("Az09-._~").text() == "/x/Az09-._~");
}

TEST_CASE("a page without a limit sends none") {
  CHECK(CallPath("/x").with(client::Paging{}).text() == "/x?offset=0");
  CHECK(CallPath("/x").with(client::Paging{.offset = 5, .limit = 200}).text() == "/x?limit=200&offset=5");
}

TEST_CASE("an id that is no number is a wrong use") {
  CHECK(client::experiment_path("17").text() == "/api/v1/experiments/17");
  CHECK(client::trial_path("6").text() == "/api/v1/trials/6");
  for (const char* id : {"", "abc", "-1", "1.5", "1/../2", "1 ", "9999999999999999999"}) {
    const Error error = error_of([&] { client::experiment_path(id); });
    CHECK(error.failure == Failure::usage);
    CHECK(error.message == "'" + std::string(id) + "' is no experiment id: it is not a number");
  }
  CHECK(error_of([] { client::trial_path("x"); }).message == "'x' is no trial id: it is not a number");
}

TEST_CASE("what is no uuid names no checkpoint") {
  CHECK(error_of([] { client::check_uuid("A0000005-0000-4000-8000-00000000000f"); }).message == "no error");
  for (const char* id :
       {"", "not-a-uuid", "a0000005-0000-4000-8000-00000000000", "a0000005-0000-4000-8000-00000000000g",
        "a000000500004000800000000000000f0000", "../../../../../../../../../../etc/passwd"}) {
    const Error error = error_of([&] { client::check_uuid(id); });
    CHECK(error.failure == Failure::not_found);
    CHECK(error.message == "checkpoint '" + std::string(id) + "' not found: it is not a uuid");
  }
}
