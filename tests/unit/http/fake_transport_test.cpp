#include "tests/support/fake_transport.hpp"

#include <catch2/catch.hpp>

using det::Error;
using det::Failure;
using det::testing::answer;
using det::testing::FakeTransport;

TEST_CASE("the fake answers its script in order and keeps the requests") {
  FakeTransport transport;
  transport.expect("GET http://m:8080/a?b=c", answer(200, "one"))
      .expect("POST http://m:8080/d", "{}", answer(404, "two"));
  CHECK(transport.send({.url = "http://m:8080/a?b=c", .headers = {{"X-Kind", "v"}}})->next() == "one");
  CHECK(transport.send({.method = "POST", .url = "http://m:8080/d", .body = "{}"})->status() == 404);
  CHECK(det::testing::header(transport.requests().front(), "x-kind") == "v");
}

TEST_CASE("the fake names an unexpected request") {
  FakeTransport transport;
  CHECK_THROWS_WITH(transport.send({.url = "http://m:8080/a"}), "unexpected request: GET http://m:8080/a");
}

TEST_CASE("the fake names a body that differs") {
  FakeTransport transport;
  transport.expect("POST http://m:8080/a", "x", answer(200, ""));
  CHECK_THROWS_WITH(transport.send({.method = "POST", .url = "http://m:8080/a", .body = "y"}),
                    "unexpected body of POST http://m:8080/a: y\nexpected: x");
  transport.send({.method = "POST", .url = "http://m:8080/a", .body = "x"});
}

TEST_CASE("the fake breaks off a body, or the request itself") {
  FakeTransport transport;
  det::testing::Answer broken = answer(200, "half");
  broken.broken_by = Error(Failure::unreachable, "reset");
  transport.expect("GET http://m:8080/a", broken)
      .expect_failing("GET http://m:8080/b", Error(Failure::unreachable, "refused"));
  const auto response = transport.send({.url = "http://m:8080/a"});
  CHECK(response->next() == "half");
  CHECK_THROWS_WITH(response->next(), "reset");
  CHECK_THROWS_WITH(transport.send({.url = "http://m:8080/b"}), "refused");
}
