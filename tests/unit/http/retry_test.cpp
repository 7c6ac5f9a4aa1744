#include "http/retry.hpp"

#include <catch2/catch.hpp>
#include <cerrno>

#include "tests/support/fake_transport.hpp"
#include "tests/support/thrown.hpp"

using det::Error;
using det::Failure;
using det::http::RetryClock;
using det::http::retrying;
using det::http::RetryPolicy;
using det::testing::Answer;
using det::testing::answer;
using det::testing::FakeTransport;
using std::chrono::milliseconds;

namespace {

const std::string url = "http://m:8080/a";
const std::string get = "GET " + url;

Answer busy(int status, const std::string& retry_after) {
  Answer made = answer(status, "busy");
  made.headers.push_back({"Retry-After", retry_after});
  return made;
}

Error broken(int system_error) {
  return Error(Failure::unreachable, "broken").caused_by(system_error).worth_retrying();
}

// A transport that retries by the fake's script, and notes how long it would have slept.
struct Retried {
  FakeTransport* fake = nullptr;
  std::vector<int> slept_ms = {};
  std::unique_ptr<det::http::Transport> transport = {};

  explicit Retried(const RetryPolicy& policy = {}) {
    auto owned = std::make_unique<FakeTransport>();
    fake = owned.get();
    const auto now = std::chrono::system_clock::from_time_t(784111777);  // Sun, 06 Nov 1994 08:49:37 GMT
    transport =
        retrying(std::move(owned), policy,
                 {.now = [now] { return now; },
                  .sleep = [this](milliseconds time) { slept_ms.push_back(static_cast<int>(time.count())); },
                  .jitter = [] { return 1.0; }});
  }

  int status(const std::string& method = "GET") const {
    return transport->send({.method = method, .url = url})->status();
  }
  Error error() const {
    return det::testing::thrown([&] { transport->send({.url = url}); });
  }
};

}  // namespace

TEST_CASE("an answer that is no passing trouble is handed on at once") {
  for (const int code : {200, 302, 400, 401, 404, 500, 501}) {
    Retried retried;
    retried.fake->expect(get, answer(code, ""));
    CHECK(retried.status() == code);
    CHECK(retried.slept_ms.empty());
  }
}

TEST_CASE("passing trouble is waited out with growing delays") {
  Retried retried;
  for (const int code : {408, 502, 503, 504}) retried.fake->expect(get, answer(code, ""));
  retried.fake->expect(get, answer(200, ""));
  CHECK(retried.status() == 200);
  CHECK(retried.slept_ms == std::vector{200, 400, 800, 1600});
}

TEST_CASE("the last answer is handed on whole when retries are used up") {
  Retried retried;
  for (int i = 0; i < 5; ++i) retried.fake->expect(get, answer(503, "try " + std::to_string(i)));
  const auto response = retried.transport->send({.url = url});
  CHECK(response->status() == 503);
  CHECK(read_all(*response, 100) == "try 4");
}

TEST_CASE("requests that change something are sent once") {
  for (const char* method : {"POST", "PATCH"}) {
    Retried retried;
    retried.fake->expect(method + (" " + url), answer(503, ""));
    CHECK(retried.status(method) == 503);
  }
}

TEST_CASE("requests that can be repeated are") {
  for (const char* method : {"HEAD", "PUT", "DELETE"}) {
    Retried retried;
    retried.fake->expect(method + (" " + url), answer(503, "")).expect(method + (" " + url), answer(200, ""));
    CHECK(retried.status(method) == 200);
  }
}

TEST_CASE("Retry-After is obeyed, in seconds or as a date") {
  Retried retried;
  retried.fake->expect(get, busy(429, "30"))
      .expect(get, busy(503, "Sun, 06 Nov 1994 08:49:39 GMT"))
      .expect(get, busy(503, "Sun, 06 Nov 1994 08:00:00 GMT"))
      .expect(get, busy(503, "soon"))
      .expect(get, answer(200, ""));
  CHECK(retried.status() == 200);
  CHECK(retried.slept_ms == std::vector{30'000, 2'000, 0, 1'600});
}

TEST_CASE("a Retry-After beyond half a minute ends the retries at once") {
  for (const char* wait : {"31", "4000000000", "Sun, 06 Nov 1994 09:49:37 GMT"}) {
    Retried retried;
    retried.fake->expect(get, busy(429, wait));
    CHECK(retried.status() == 429);
    CHECK(retried.slept_ms.empty());
  }
}

TEST_CASE("a connection that broke before the head is tried again") {
  Retried retried;
  retried.fake->expect_failing(get, broken(ECONNRESET))
      .expect_failing(get, broken(0))
      .expect(get, answer(200, ""));
  CHECK(retried.status() == 200);
  CHECK(retried.slept_ms == std::vector{200, 400});
}

TEST_CASE("a refused connection is tried twice more, quickly") {
  Retried retried;
  for (int i = 0; i < 3; ++i) retried.fake->expect_failing(get, broken(ECONNREFUSED));
  CHECK(retried.error().system_error == ECONNREFUSED);
  CHECK(retried.slept_ms == std::vector{100, 200});
}

TEST_CASE("silence, and errors that will not pass, are not tried again") {
  for (const auto& error : {broken(ETIMEDOUT), Error(Failure::unreachable, "not trusted"),
                            Error(Failure::interrupted, "interrupted").worth_retrying()}) {
    Retried retried;
    retried.fake->expect_failing(get, error);
    CHECK(retried.error().message == error.message);
    CHECK(retried.slept_ms.empty());
  }
}

TEST_CASE("jitter takes away up to half of a delay") {
  auto owned = std::make_unique<FakeTransport>();
  owned->expect(get, answer(503, "")).expect(get, answer(200, ""));
  int slept_ms = 0;
  const auto transport =
      retrying(std::move(owned), {},
               {.now = [] { return std::chrono::system_clock::time_point(); },
                .sleep = [&](milliseconds time) { slept_ms = static_cast<int>(time.count()); },
                .jitter = [] { return 0.0; }});
  CHECK(transport->send({.url = url})->status() == 200);
  CHECK(slept_ms == 100);
}

TEST_CASE("a wait ends when the command is cancelled") {
  class Cancelled final : public det::http::Cancellation {
    void check() const override { throw Error(Failure::interrupted, "interrupted"); }
    int wake_descriptor() const override { return -1; }
    std::optional<milliseconds> remaining() const override { return std::nullopt; }
  };
  const Cancelled cancelled;
  const auto clock = det::http::real_retry_clock(cancelled);
  CHECK(det::testing::thrown([&] { clock.sleep(milliseconds(3'600'000)); }).failure == Failure::interrupted);
  CHECK(clock.jitter() <= 1.0);
}

TEST_CASE("DET_RETRY_CONFIG sets how often, how fast and after what") {
  const auto policy = det::http::retry_policy(
      R"({"total": 2, "backoff_factor": 0.5, "status_forcelist": [500], "method_whitelist": false})");
  CHECK(policy.retries == 2);
  CHECK(policy.first_delay == milliseconds(500));
  CHECK(policy.statuses == std::vector{500});
  CHECK(det::http::retry_policy(R"({"total": 0})").retries == 0);
  CHECK(det::http::retry_policy(R"({"total": false})").retries == 0);
  CHECK(det::http::retry_policy(R"({"total": null})").retries == 4);
  CHECK(det::http::retry_policy(R"({"total": 99999999999, "backoff_factor": 1e300})").retries == 100);
}

TEST_CASE("a DET_RETRY_CONFIG that cannot be read is the user's error") {
  for (const char* text : {"", "{", "3", R"({"total": -1})", R"({"total": "4"})", R"({"backoff_factor": -1})",
                           R"({"status_forcelist": 503})", R"({"status_forcelist": [5]})"}) {
    const auto error = det::testing::thrown([&] { det::http::retry_policy(text); });
    CHECK(error.failure == Failure::usage);
    CHECK(error.message.rfind("DET_RETRY_CONFIG is not valid: ", 0) == 0);
  }
}

TEST_CASE("an unchanging body that breaks off goes on where it broke") {
  const std::vector<det::http::Header> ten{{"Content-Length", "10"}};
  const auto cut = broken(0);
  Retried retried;
  retried.fake->expect(get, {.headers = ten, .chunks = {"abc", "de"}, .broken_by = cut});
  retried.fake->expect_failing(get, cut);
  retried.fake->expect(get, {.headers = ten, .chunks = {"ab", "cdefg"}, .broken_by = cut});
  retried.fake->expect(get, {.headers = ten, .chunks = {"abcdefg", "hij"}});
  const auto answer = retried.transport->send({.url = url, .unchanging = true});
  CHECK(det::http::read_all(*answer, 100) == "abcdefghij");
  CHECK(retried.slept_ms == std::vector{200, 400, 800});
}

TEST_CASE("an unchanging part of a body goes on, too, where it is the same part") {
  const auto cut = broken(0);
  const auto part = [](const char* range) {
    return std::vector<det::http::Header>{{"Content-Length", "5"}, {"Content-Range", range}};
  };
  for (const bool is_same : {true, false}) {
    Retried retried;
    retried.fake->expect(
        get, {.status = 206, .headers = part("bytes 5-9/20"), .chunks = {"abc"}, .broken_by = cut});
    retried.fake->expect(
        get,
        {.status = 206, .headers = part(is_same ? "bytes 5-9/20" : "bytes 6-10/20"), .chunks = {"abcde"}});
    const auto answer = retried.transport->send({.url = url, .unchanging = true});
    if (is_same) {
      CHECK(det::http::read_all(*answer, 100) == "abcde");
    } else {
      CHECK_THROWS_AS(det::http::read_all(*answer, 100), Error);
    }
  }
}

TEST_CASE("a body is not continued by one of another length, nor for ever, nor unasked") {
  const auto cut = broken(0);
  const Answer half{.headers = {{"Content-Length", "10"}}, .chunks = {"abc"}, .broken_by = cut};
  SECTION("another length") {
    Retried retried;
    retried.fake->expect(get, half);
    retried.fake->expect(get, {.headers = {{"Content-Length", "11"}}, .chunks = {"abc"}});
    const auto answer = retried.transport->send({.url = url, .unchanging = true});
    CHECK_THROWS_AS(det::http::read_all(*answer, 100), Error);
  }
  SECTION("for ever") {
    Retried retried;
    for (int i = 0; i < 5; ++i) retried.fake->expect(get, half);
    const auto answer = retried.transport->send({.url = url, .unchanging = true});
    CHECK_THROWS_AS(det::http::read_all(*answer, 100), Error);
  }
  SECTION("unasked") {
    Retried retried;
    retried.fake->expect(get, half);
    const auto answer = retried.transport->send({.url = url});
    CHECK_THROWS_AS(det::http::read_all(*answer, 100), Error);
  }
}
