#include <sys/resource.h>
#include <catch2/catch.hpp>

#include <chrono>
#include <condition_variable>
#include <fstream>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "master/http_server.hpp"
#include "tests/unit/master/http_server_client.hpp"

using det::master::Request;
using det::master::Responder;
using det::master::start_server;
using det::testing::get;
using det::testing::post;
using det::testing::RawClient;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)  // GCC
#define SANITIZED 1
#elif defined(__has_feature)  // clang
#define SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define SANITIZED 0
#endif

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t many = 1000;

// "VmRSS", kB, or "Threads".
long of_this_process(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string name; status >> name;) {
    if (name == field + ":") {
      long value = 0;
      status >> value;
      return value;
    }
  }
  return 0;
}

// Both ends of each connection lie in this process.
void allow_descriptors(rlim_t count) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= count) return;
  limit.rlim_cur = std::min(count, limit.rlim_max);
  REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  REQUIRE(limit.rlim_cur >= count);
}

long milliseconds_since(Clock::time_point start) {
  return static_cast<long>(
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count());
}

// Answers "/now" now and everything else when it is told to.
class Patient {
 public:
  void operator()(const Request& request, const Responder& responder) {
    if (request.path == "/now") return responder.send({.body = "now"});
    const std::lock_guard lock(mutex_);
    held_.push_back(responder);
    changed_.notify_all();
  }

  void await(std::size_t count) {
    std::unique_lock lock(mutex_);
    REQUIRE(changed_.wait_for(lock, std::chrono::seconds(30), [&] { return held_.size() == count; }));
  }

  void answer_all() {
    const std::lock_guard lock(mutex_);
    for (const auto& responder : held_) responder.send({.body = "later"});
    held_.clear();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Responder> held_;
};

using Clients = std::vector<std::unique_ptr<RawClient>>;

Clients connect(int port, std::size_t count) {
  Clients clients;
  for (std::size_t i = 0; i < count; ++i) clients.push_back(std::make_unique<RawClient>(port));
  return clients;
}

}  // namespace

TEST_CASE(
    "a request is answered promptly beside a thousand idle, a thousand waiting and a thousand slow clients") {
  allow_descriptors(2 * 3 * many + 100);
  const auto patient = std::make_shared<Patient>();
  const auto server = start_server(
      {}, [patient](const Request& request, const Responder& responder) { (*patient)(request, responder); });
  const auto threads_at_rest = of_this_process("Threads");
  const auto memory_at_rest = of_this_process("VmRSS");

  const auto idle = connect(server->port(), many);
  for (const auto& client : idle) {
    client->send(get("/now"));
    REQUIRE(client->answer().status == 200);
  }
  const auto waiting = connect(server->port(), many);
  for (const auto& client : waiting) client->send(get("/later"));
  patient->await(many);
  const auto slow = connect(server->port(), many);
  long slowest = 0;
  for (const std::string_view byte : {"G", "E", "T"}) {  // as slow as the test would take for a byte a second
    for (const auto& client : slow) client->send(byte);
    const auto start = Clock::now();
    RawClient newcomer(server->port());
    newcomer.send(get("/now"));
    CHECK(newcomer.answer().body == "now");
    slowest = std::max(slowest, milliseconds_since(start));
  }
  CHECK(slowest < 30000);
  CHECK(of_this_process("Threads") == threads_at_rest);

  const auto start = Clock::now();
  patient->answer_all();
  for (const auto& client : waiting) REQUIRE(client->answer().body == "later");
  std::cout << "idle test: the newcomer waited " << slowest << " ms; " << many << " answers at once took "
            << milliseconds_since(start) << " ms; " << threads_at_rest << " threads, "
            << of_this_process("VmRSS") - memory_at_rest << " kB more for " << 3 * many
            << " connections, both ends\n";
}

#if !SANITIZED  // which keeps what is freed
TEST_CASE("the memory of a long body, and of what was made of it, goes back when it has been handled") {
  const auto server = start_server({}, [](const Request& request, const Responder& responder) {
    std::vector<std::string> pieces;
    for (std::size_t i = 0; i < request.body.size(); i += 100) pieces.push_back(request.body.substr(i, 100));
    responder.send({.body = std::to_string(pieces.size())});
  });
  constexpr long allowed = 8 << 10;
  const auto before = of_this_process("VmRSS");
  for (int i = 0; i < 3; ++i) {
    RawClient client(server->port());
    client.send(post("/", std::string(20'000'000, 'x')));
    REQUIRE(client.answer().body == "200000");
  }
  const auto start = Clock::now();  // it goes a moment after the answer
  while (of_this_process("VmRSS") > before + allowed && milliseconds_since(start) < 30000) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(of_this_process("VmRSS") <= before + allowed);
}
#endif
