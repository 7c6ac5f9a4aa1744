#include <catch2/catch.hpp>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "master/http_server.hpp"
#include "tests/unit/master/http_server_client.hpp"

using det::master::BodyStream;
using det::master::Request;
using det::master::Responder;
using det::master::Response;
using det::master::start_server;
using det::testing::get;
using det::testing::RawClient;

namespace {

// What a test puts in, a stream hands on. Outlives both.
class Spring {
 public:
  void add(std::string piece) {
    change([&] { pieces_.push_back(std::move(piece)); });
  }
  void end() {
    change([&] { ended_ = true; });
  }
  void wake() const {
    BodyStream::Waker waker;
    {
      const std::lock_guard lock(mutex_);
      waker = waker_;
    }
    if (waker) waker();
  }
  void set_waker(BodyStream::Waker waker) {
    const std::lock_guard lock(mutex_);
    waker_ = std::move(waker);
  }

  BodyStream::Step next(std::string& piece) {
    const std::lock_guard lock(mutex_);
    if (pieces_.empty()) return ended_ ? BodyStream::Step::end : BodyStream::Step::wait;
    piece = std::move(pieces_.front());
    pieces_.pop_front();
    if (piece == "throw") throw std::runtime_error("broken");
    return BodyStream::Step::more;
  }

  void note_gone() {
    const std::lock_guard lock(mutex_);
    gone_ = true;
    changed_.notify_all();
  }
  bool is_gone_soon() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [this] { return gone_; });
  }
  bool is_gone() const {
    const std::lock_guard lock(mutex_);
    return gone_;
  }

 private:
  template <typename Change>
  void change(const Change& act) {
    {
      const std::lock_guard lock(mutex_);
      act();
    }
    wake();
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> pieces_;
  bool ended_ = false;
  bool gone_ = false;
  BodyStream::Waker waker_;
};

class SpringStream final : public BodyStream {
 public:
  explicit SpringStream(Spring& spring) : spring_(spring) {}
  SpringStream(const SpringStream&) = delete;
  SpringStream& operator=(const SpringStream&) = delete;
  ~SpringStream() override { spring_.note_gone(); }

  void on_ready(Waker waker) override { spring_.set_waker(std::move(waker)); }
  Step next(std::string& piece) override { return spring_.next(piece); }

 private:
  Spring& spring_;
};

// A hundred bytes a piece, for ever.
class Endless final : public BodyStream {
 public:
  explicit Endless(Spring& spring) : spring_(spring) {}
  Endless(const Endless&) = delete;
  Endless& operator=(const Endless&) = delete;
  ~Endless() override { spring_.note_gone(); }

  Step next(std::string& piece) override {
    piece.assign(100, 'x');
    return Step::more;
  }

 private:
  Spring& spring_;
};

auto streaming(Spring& spring, std::optional<std::uint64_t> length = {}) {
  return [&spring, length](const Request&, const Responder& responder) {
    Response response;
    response.stream = std::make_unique<SpringStream>(spring);
    response.length = length;
    responder.send(std::move(response));
  };
}

}  // namespace

TEST_CASE("each piece of a stream goes out at once, as a chunk") {
  Spring spring;
  const auto server = start_server({}, streaming(spring));
  RawClient client(server->port());
  client.send(get("/"));
  spring.add("one");
  const auto head = client.bytes(std::string("HTTP/1.1 200 OK\r\n").size());
  CHECK(head == "HTTP/1.1 200 OK\r\n");
  std::string rest;
  while (rest.find("\r\n\r\n") == std::string::npos) rest += client.bytes(1);
  CHECK(rest.find("Transfer-Encoding: chunked\r\n") != std::string::npos);
  CHECK(client.bytes(8) == "3\r\none\r\n");
  spring.add("");
  spring.add("three");
  CHECK(client.bytes(10) == "5\r\nthree\r\n");
  spring.end();
  CHECK(client.bytes(5) == "0\r\n\r\n");
  CHECK(spring.is_gone_soon());
}

TEST_CASE("a stream of known length is not chunked, and the connection serves on") {
  Spring spring;
  spring.add("one");
  spring.add("two");
  spring.end();
  const auto server = start_server({}, streaming(spring, 6));
  RawClient client(server->port());
  client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + get("/"));
  CHECK(client.answer("HEAD").head.find("\r\nContent-Length: 6\r\n") != std::string::npos);
  const auto answer = client.answer();
  CHECK(answer.head.find("Transfer-Encoding") == std::string::npos);
  CHECK(answer.body == "onetwo");
}

TEST_CASE("a stream of pieces larger than any buffer arrives whole") {
  const auto length = GENERATE(as<std::optional<std::uint64_t>>(), std::nullopt, 9'000'000);
  Spring spring;
  std::string whole;
  for (const char letter : {'a', 'b', 'c'}) {
    const std::string piece(3'000'000, letter);
    whole += piece;
    spring.add(piece);
  }
  spring.end();
  const auto server = start_server({}, streaming(spring, length));
  RawClient client(server->port());
  client.send(get("/"));
  const auto answer = client.answer();
  CHECK(answer.is_whole);
  CHECK((answer.body == whole));
}

TEST_CASE("a stream that throws cuts the connection, so that the body is too short") {
  const auto length = GENERATE(as<std::optional<std::uint64_t>>(), std::nullopt, 100);
  Spring spring;
  spring.add("one");
  spring.add("throw");
  const auto server = start_server({}, streaming(spring, length));
  RawClient client(server->port());
  client.send(get("/"));
  const auto answer = client.answer();
  CHECK(answer.body == "one");
  CHECK_FALSE(answer.is_whole);
  CHECK(spring.is_gone_soon());
}

TEST_CASE("a stream that ends before its length cuts the connection") {
  Spring spring;
  spring.add("one");
  spring.end();
  const auto server = start_server({}, streaming(spring, 4));
  RawClient client(server->port());
  client.send(get("/"));
  CHECK_FALSE(client.answer().is_whole);
  CHECK(client.is_closed());
}

TEST_CASE("a stream is gone as soon as its client is, though it waits") {
  Spring spring;
  spring.add("one");
  const auto server = start_server({}, streaming(spring));
  auto client = std::make_unique<RawClient>(server->port());
  client->send(get("/"));
  std::string seen;
  while (seen.find("one\r\n") == std::string::npos) seen += client->bytes(1);
  CHECK_FALSE(spring.is_gone());
  SECTION("by closing") {
    client.reset();
  }
  SECTION("by a reset") {
    client->reset();
  }
  SECTION("by closing its side") {
    client->shut_writing();
  }
  CHECK(spring.is_gone_soon());
  spring.wake();
}

TEST_CASE("a stream is gone as soon as its client is, in the midst of sending") {
  Spring spring;
  const auto server = start_server({}, [&](const Request&, const Responder& responder) {
    Response response;
    response.stream = std::make_unique<Endless>(spring);
    responder.send(std::move(response));
  });
  RawClient client(server->port());
  client.send(get("/"));
  CHECK(client.bytes(100'000).size() == 100'000);
  client.reset();
  CHECK(spring.is_gone_soon());
}

TEST_CASE("a stream whose client left before the answer came is destroyed unread") {
  Spring spring;
  std::promise<Responder> asked;
  const auto server =
      start_server({}, [&](const Request&, const Responder& responder) { asked.set_value(responder); });
  RawClient client(server->port());
  client.send(get("/"));
  const auto responder = asked.get_future().get();
  client.reset();
  streaming(spring)({}, responder);
  CHECK(spring.is_gone_soon());
}

TEST_CASE("a client that reads no more is dropped after the longest silence") {
  Spring spring;
  const auto server = start_server({.longest_silence = std::chrono::seconds(1)},
                                   [&](const Request&, const Responder& responder) {
                                     Response response;
                                     response.stream = std::make_unique<Endless>(spring);
                                     responder.send(std::move(response));
                                   });
  const RawClient client(server->port());
  client.send(get("/"));
  CHECK(spring.is_gone_soon());
}

TEST_CASE("a server that stops cuts streams that wait, and destroys them") {
  Spring spring;
  spring.add("one");
  const auto server = start_server({.grace = std::chrono::milliseconds(50)}, streaming(spring));
  RawClient client(server->port());
  client.send(get("/"));
  CHECK(client.bytes(10).size() == 10);
  server->stop();
  CHECK(spring.is_gone());
  CHECK(client.bytes(1000).find("0\r\n\r\n") == std::string::npos);
}
