#include "client/http_master.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/fixture.hpp"
#include "tests/unit/client/asked_master.hpp"

using namespace det;
using det::testing::answer;
using det::testing::Answer;
using det::testing::AskedMaster;
using det::testing::error_of;
using det::testing::fixture;
using det::testing::header;

namespace {

// The Error by which a trial is refused that the master answers so.
Error refused(const Answer& refusal) {
  AskedMaster asked;
  asked.transport.expect("GET http://m:8080/api/v1/trials/7", refusal);
  return error_of([&] { asked.master->trial("7"); });
}

Error refused(int status, const std::string& body) {
  return refused(answer(status, body));
}

// As if ann had signed in before.
void keep_token(const AskedMaster& asked) {
  det::testing::write_file(asked.directory / "auth.json",
                           R"({"version":2,"masters":{"http://m:8080":{"tokens":{"ann":"old"}}}})");
}

}  // namespace

TEST_CASE("a call is signed, and asks for compressed JSON") {
  AskedMaster asked;
  asked.transport.expect("GET http://m:8080/api/v1/me", answer(200, fixture("wire/me.json")));
  CHECK(asked.master->me().username == "determined");
  const http::Request& request = asked.transport.requests().at(0);
  CHECK(header(request, "Authorization") == "Bearer T");
  CHECK(header(request, "Accept") == "application/json");
  CHECK(request.compressed);
  CHECK(asked.master->address() == "http://m:8080");
}

TEST_CASE("a master describes itself to anyone") {
  AskedMaster asked;
  asked.transport.expect("GET http://m:8080/api/v1/master", answer(200, fixture("wire/master.json")));
  CHECK(asked.master->description().version == "0.38.1");
  CHECK(header(asked.transport.requests().at(0), "Authorization") == std::nullopt);
}

TEST_CASE("a refused token is renewed once, and the call repeated") {
  AskedMaster asked(client::Identity{.user = "ann", .password = "p"});
  keep_token(asked);
  const std::string call = "GET http://m:8080/api/v1/me";
  asked.transport.expect(call, answer(401, R"({"error":{"code":16,"error":"invalid credentials"}})"))
      .expect("POST http://m:8080/api/v1/auth/login",
              answer(200, R"({"token":"new","user":{"id":1,"username":"ann"}})"))
      .expect(call, answer(200, fixture("wire/me.json")));
  CHECK(asked.master->me().id == "2");
  CHECK(header(asked.transport.requests().at(0), "Authorization") == "Bearer old");
  CHECK(header(asked.transport.requests().at(2), "Authorization") == "Bearer new");
}

TEST_CASE("a renewed token that is refused too is a lack of permission") {
  AskedMaster asked(client::Identity{.user = "ann", .password = "p"});
  keep_token(asked);
  const std::string call = "GET http://m:8080/api/v1/me";
  asked.transport.expect(call, answer(401, ""))
      .expect("POST http://m:8080/api/v1/auth/login",
              answer(200, R"({"token":"new","user":{"id":1,"username":"ann"}})"))
      .expect(call, answer(401, R"({"error":{"code":16,"error":"invalid credentials"}})"));
  const Error error = error_of([&] { asked.master->me(); });
  CHECK(error.failure == Failure::permission);
  CHECK(error.message == "invalid credentials");
  CHECK(error.http_status == 401);
}

TEST_CASE("a token that cannot be renewed is a lack of permission") {
  CHECK(refused(401, "").failure == Failure::permission);
}

TEST_CASE("a refusal has the master's own words") {
  const Error error =
      refused(404, R"({"error":{"code":5,"reason":"NotFound","error":"trial '7' not found"}})");
  CHECK(error.failure == Failure::not_found);
  CHECK(error.message == "trial '7' not found");
  CHECK(error.http_status == 404);
  CHECK_FALSE(error.retryable);
  CHECK(refused(404, R"({"message":"api not found"})").message == "api not found");
}

TEST_CASE("each status is the failure that it means") {
  CHECK(refused(403, "").failure == Failure::permission);
  CHECK(refused(404, "").failure == Failure::not_found);
  for (const int status : {400, 405, 409, 415, 418, 500, 501, 505, 204, 206}) {
    const Error error = refused(status, "");
    CHECK(error.failure == Failure::master);
    CHECK(error.http_status == status);
    CHECK_FALSE(error.retryable);
    CHECK(error.message == "the master answered with status " + std::to_string(status));
  }
  for (const int status : {408, 429, 502, 503, 504}) {
    const Error error = refused(status, "<html>try later</html>");
    CHECK(error.failure == Failure::unreachable);
    CHECK(error.http_status == status);
    CHECK(error.retryable);
    CHECK(error.message == "the master answered with status " + std::to_string(status));
  }
}

TEST_CASE("a redirect is not followed, and names only the other host") {
  Answer redirect = answer(302, "");
  redirect.headers = {{"Location", "https://user:secret@other:444/login?token=secret"}};
  const Error error = refused(redirect);
  CHECK(error.failure == Failure::master);
  CHECK(error.message == "the master redirects to https://other:444 (status 302), which is not followed");
  redirect.headers = {{"Location", "/login?token=secret"}};
  CHECK(refused(redirect).message ==
        "the master redirects to another page (status 302), which is not followed");
}

TEST_CASE("an error that never ends is read no further than it must") {
  Answer endless = answer(500, std::string(1 << 20, 'x'));
  for (int i = 0; i < 8; ++i) endless.chunks.push_back(endless.chunks.front());
  endless.broken_by = Error(Failure::interrupted, "read too far");
  CHECK(refused(endless).message == "the master answered with status 500");
}

TEST_CASE("an answer that is no answer is the master's failure") {
  for (const char* body : {"", "<html>welcome</html>", "{\"trial\":{\"id\":7", "[]"}) {
    const Error error = refused(200, body);
    CHECK(error.failure == Failure::master);
    CHECK(error.message == "the master's answer is not valid: it is not a JSON object");
  }
  CHECK(refused(200, "{}").message == "the master's answer is not valid: trial is missing");
}

TEST_CASE("a connection that breaks off is handed on as it is") {
  Answer broken = answer(200, "{\"trial\":");
  broken.broken_by = Error(Failure::unreachable, "the connection broke off");
  CHECK(refused(broken).failure == Failure::unreachable);
}
