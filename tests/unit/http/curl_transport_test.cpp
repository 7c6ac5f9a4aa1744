#include "http/curl_transport.hpp"

#include <catch2/catch.hpp>
#include <future>

#include "tests/support/loopback_server.hpp"
#include "tests/support/never_cancelled.hpp"

using det::http::curl_transport;
using det::http::read_all;
using det::http::Request;
using det::http::TransportOptions;
using det::testing::answering;
using det::testing::http_answer;
using det::testing::LoopbackServer;
using det::testing::Peer;

namespace {

const det::testing::NeverCancelled never_cancelled;

// One request, one answer: status, a blank, body.
std::string asked(const Request& request, const TransportOptions& options = {}) {
  const auto response = curl_transport(options, never_cancelled)->send(request);
  return std::to_string(response->status()) + " " + read_all(*response, 1'000'000);
}

}  // namespace

TEST_CASE("a request goes out as it was given, and its answer comes back") {
  std::string received;
  LoopbackServer server({[&](Peer& peer) {
    received = peer.request();
    peer.send("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nX-Kind: one\r\nx-kind: two\r\n\r\ngone");
    peer.await_close();
  }});
  const auto response =
      curl_transport({.user_agent = "det/1.2"}, never_cancelled)
          ->send({.method = "PATCH",
                  .url = server.url("/api/a%2Fb/../c?x=1&x=2"),
                  .headers = {{"Authorization", "Bearer t"}, {"Content-Type", "application/json"}},
                  .body = "{}"});
  CHECK(response->status() == 404);
  CHECK(response->header("X-KIND") == "one");
  CHECK(response->header("X-Other") == std::nullopt);
  CHECK(response->next() == "gone");
  CHECK(response->next().empty());
  CHECK(received == "PATCH /api/a%2Fb/../c?x=1&x=2 HTTP/1.1\r\nHost: " + server.authority() +
                        "\r\nUser-Agent: det/1.2\r\nAccept: */*\r\nAuthorization: Bearer t\r\n"
                        "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
}

TEST_CASE("requests without a body say so, and what must not be sent twice has a connection of its own") {
  std::vector<std::string> received;
  const auto answer_one = [&](Peer& peer) {
    received.push_back(peer.request());
    peer.send(http_answer(""));
  };
  const auto answer_two = [&](Peer& peer) {
    answer_one(peer);
    answer_one(peer);
  };
  LoopbackServer server({answer_two, answer_one});
  const auto transport = curl_transport({}, never_cancelled);
  for (const char* method : {"GET", "DELETE", "POST"})
    transport->send({.method = method, .url = server.url("/")});
  const std::string rest =
      " / HTTP/1.1\r\nHost: " + server.authority() + "\r\nUser-Agent: det\r\nAccept: */*\r\n";
  CHECK(received[0] == "GET" + rest + "\r\n");
  CHECK(received[1] == "DELETE" + rest + "\r\n");
  CHECK(received[2] == "POST" + rest + "Content-Length: 0\r\n\r\n");
}

TEST_CASE("a HEAD request has an answer without a body") {
  LoopbackServer server({answering({"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"})});
  CHECK(asked({.method = "HEAD", .url = server.url("/")}) == "200 ");
}

TEST_CASE("a connection is kept for the next request") {
  LoopbackServer server({answering({http_answer("one"), http_answer("two")})});
  const auto transport = curl_transport({}, never_cancelled);
  CHECK(read_all(*transport->send({.url = server.url("/1")}), 10) == "one");
  CHECK(read_all(*transport->send({.url = server.url("/2")}), 10) == "two");
}

TEST_CASE("a kept connection that the server has closed is replaced") {
  LoopbackServer server({[](Peer& peer) {
                           peer.request();
                           peer.send(http_answer("one"));
                         },
                         answering({http_answer("two")})});
  const auto transport = curl_transport({}, never_cancelled);
  CHECK(read_all(*transport->send({.url = server.url("/1")}), 10) == "one");
  CHECK(read_all(*transport->send({.url = server.url("/2")}), 10) == "two");
}

TEST_CASE("answers are open side by side, and outlive their transport") {
  std::promise<void> second_came;
  LoopbackServer server({[&](Peer& peer) {
                           peer.request();
                           peer.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\no");
                           second_came.get_future().wait();
                           peer.send("ne");
                         },
                         answering({http_answer("two")})});
  auto transport = curl_transport({}, never_cancelled);
  const auto first = transport->send({.url = server.url("/1")});
  const auto second = transport->send({.url = server.url("/2")});
  second_came.set_value();
  transport.reset();
  CHECK(read_all(*second, 10) == "two");
  CHECK(read_all(*first, 10) == "one");
}

TEST_CASE("a chunked body comes whole, and trailers are no headers") {
  LoopbackServer server(
      {answering({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Late: "
                  "v\r\n\r\n"})});
  const auto response = curl_transport({}, never_cancelled)->send({.url = server.url("/")});
  CHECK(read_all(*response, 10) == "abcde");
  CHECK(response->header("X-Late") == std::nullopt);
}

TEST_CASE("a compressed body is decoded only when compression was offered") {
  const std::string zipped("\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x4c\x4a\x06\0\xc2\x41\x24\x35\x03\0\0\0", 23);
  const auto reply = http_answer(zipped, "Content-Encoding: gzip\r\n");
  std::string received;
  LoopbackServer server({[&](Peer& peer) {
                           received = peer.request();
                           peer.send(reply);
                         },
                         answering({reply})});
  CHECK(asked({.url = server.url("/"), .compressed = true}) == "200 abc");
  CHECK(received.find("\r\nAccept-Encoding: gzip\r\n") != std::string::npos);
  CHECK(asked({.url = server.url("/")}) == "200 " + zipped);
}

TEST_CASE("the heads of 1xx answers are passed over") {
  LoopbackServer server(
      {answering({"HTTP/1.1 100 Continue\r\nX-Kind: early\r\n\r\n"
                  "HTTP/1.1 103 Early Hints\r\n\r\n" +
                  http_answer("abc")})});
  const auto response = curl_transport({}, never_cancelled)->send({.url = server.url("/")});
  CHECK(response->status() == 200);
  CHECK(response->header("X-Kind") == std::nullopt);
}

TEST_CASE("a redirect is an answer") {
  LoopbackServer server({answering({"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n"})});
  const auto response = curl_transport({}, never_cancelled)->send({.url = server.url("/")});
  CHECK(response->status() == 302);
  CHECK(response->header("location") == "/other");
}

TEST_CASE("a body may be dropped before its end") {
  bool client_left = false;
  {
    LoopbackServer server({[&](Peer& peer) {
      peer.request();
      peer.send("HTTP/1.1 200 OK\r\n\r\n");
      const std::string piece(65536, 'x');
      while (peer.send(piece)) continue;
      client_left = true;
    }});
    const auto response = curl_transport({}, never_cancelled)->send({.url = server.url("/")});
    std::size_t taken = 0;
    while (taken < 5'000'000) {
      const auto piece = response->next();
      CHECK(piece.size() <= 1'048'576 + 16'384);
      taken += piece.size();
    }
  }
  CHECK(client_left);
}

TEST_CASE("each request leaves one line in the trace, without secrets") {
  LoopbackServer server({answering({http_answer("")})});
  std::string line;
  asked(
      {.url = server.url("/a?limit=3&X-Amz-Signature=abcd"), .headers = {{"Authorization", "Bearer t0k3n"}}},
      {.trace = [&](std::string_view text) { line = text; }});
  CHECK(line.substr(0, line.find(" after ")) ==
        "GET " + server.url("/a?limit=3&X-Amz-Signature=[redacted]") + ": 200");
}
