#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <thread>

#include "master/http_server.hpp"
#include "tests/unit/master/http_server_client.hpp"

using det::master::Request;
using det::master::Responder;
using det::master::start_server;
using det::testing::get;
using det::testing::post;
using det::testing::RawClient;

namespace {

void measure(const Request& request, const Responder& responder) {
  responder.send({.body = std::to_string(request.body.size())});
}

// How long the server listens to a byte every 100 ms; ten seconds at most.
std::chrono::milliseconds drips_until_dropped(const RawClient& client, std::string_view byte) {
  std::chrono::milliseconds time{0};
  for (; time < std::chrono::seconds(10) && client.send(byte); time += std::chrono::milliseconds(100)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return time;
}

const std::string chunked_post = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

}  // namespace

TEST_CASE("a body at the limit is taken, one that announces more is refused unread") {
  const auto server = start_server({.longest_body = 1000}, measure);
  RawClient client(server->port());
  client.send(post("/", std::string(1000, 'x')));
  CHECK(client.answer().body == "1000");
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n");
  const auto answer = client.answer();
  CHECK(answer.status == 413);
  CHECK(answer.body == "request body too large\n");
  CHECK(client.is_closed());
}

TEST_CASE("a body that is too long is refused before 100 Continue") {
  const auto server = start_server({.longest_body = 1000}, measure);
  RawClient client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n");
  CHECK(client.answer().status == 413);
}

TEST_CASE("a chunked body that grows too long is refused as soon as it does") {
  const auto server = start_server({.longest_body = 1000}, measure);
  RawClient client(server->port());
  client.send(chunked_post + "3e8\r\n" + std::string(1000, 'x') + "\r\n");
  client.send("1\r\nx\r\n");
  const auto answer = client.answer();
  CHECK(answer.status == 413);
  CHECK(answer.is_whole);
  CHECK(client.is_closed());
}

TEST_CASE("the limit of a body is that of its head, asked before any of it is taken") {
  const auto by_path = [](const Request& head) -> std::uint64_t {
    CHECK(head.body.empty());
    return head.path == "/long" && head.method == "POST" && head.header("X-Key") ? 100 : 10;
  };
  const auto framing =
      GENERATE(as<std::string>(), "Content-Length: 100\r\n\r\n" + std::string(100, 'x'),
               "Transfer-Encoding: chunked\r\n\r\n64\r\n" + std::string(100, 'x') + "\r\n0\r\n\r\n");
  const auto server = start_server({.body_limit = by_path}, measure);
  RawClient allowed(server->port());
  allowed.send("POST /long HTTP/1.1\r\nHost: a\r\nX-Key: 1\r\n" + framing);
  CHECK(allowed.answer().body == "100");
  for (const auto* head : {"POST /long HTTP/1.1\r\n", "POST /short HTTP/1.1\r\nX-Key: 1\r\n"}) {
    RawClient refused(server->port());
    refused.send(head + ("Host: a\r\n" + framing));
    CHECK(refused.answer().status == 413);
    CHECK(refused.is_closed());
  }
}

TEST_CASE("a limit that a head gives does not exceed that of the server") {
  const auto server = start_server(
      {.longest_body = 10, .body_limit = [](const Request&) { return std::uint64_t{1000}; }}, measure);
  RawClient client(server->port());
  client.send(post("/", std::string(11, 'x')));
  CHECK(client.answer().status == 413);
}

TEST_CASE("bodies together take no more than their budget, and give it back") {
  const auto server = start_server({.longest_body = 1000, .most_body_bytes = 1500}, measure);
  const auto status_of_another = [&] {
    RawClient client(server->port());
    client.send(post("/", std::string(600, 'x')));
    return client.answer().status;
  };
  RawClient greedy(server->port());
  greedy.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" + std::string(999, 'x'));
  auto status = 200;
  while (status == 200) status = status_of_another();  // until the server has read what the greedy one sent
  CHECK(status == 503);
  greedy.send("x");
  CHECK(greedy.answer().body == "1000");
  for (int i = 0; i < 5; ++i) {  // given back when the handler has returned, a moment after its answer
    while (status_of_another() != 200) std::this_thread::yield();
  }
}

TEST_CASE("a request whose end two readers could see at different places is refused") {
  const auto headers = GENERATE(as<std::string>(), "Content-Length: 1\r\nContent-Length: 1\r\n",
                                "Content-Length: 1\r\nContent-Length: 2\r\n", "Content-Length: 1, 1\r\n",
                                "Content-Length: -1\r\n", "Content-Length: +1\r\n", "Content-Length: 0x1\r\n",
                                "Content-Length:\r\n", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
                                "Transfer-Encoding: chunked\r\ntransfer-encoding: chunked\r\n",
                                "Content-Length : 1\r\n", "Transfer-Encoding : chunked\r\n", "X Y: 1\r\n");
  const auto server = start_server({}, measure);
  RawClient client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\nx");
  INFO(headers);
  CHECK(client.answer().status == 400);
  CHECK(client.is_closed());
}

TEST_CASE("a length that is beyond all numbers is too long") {
  const auto server = start_server({}, measure);
  RawClient client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n\r\nx");
  CHECK(client.answer().status == 413);
  CHECK(client.is_closed());
}

TEST_CASE("a coding of the body that is not known is not read") {
  const auto coding =
      GENERATE(as<std::string>(), "gzip", "gzip, chunked", "chunked, gzip", "identity", "xchunked");
  const auto server = start_server({}, measure);
  RawClient client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n");
  CHECK(client.answer().status == 501);
  CHECK(client.is_closed());
}

TEST_CASE("what is no request is refused or cut, and the server lives on") {
  const auto bytes =
      GENERATE(as<std::string>(), "nonsense\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/9.1\r\nHost: a\r\n\r\n",
               "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
               "GET / HTTP/1.1\r\nHost: a\r\nX: a\x01\r\n\r\n", "\x16\x03\x01\x02\r\n\r\n",
               "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",

               "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
               "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
               "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n\r\n");
  const auto server = start_server({}, measure);
  RawClient client(server->port());
  client.send(bytes);
  client.shut_writing();
  INFO(bytes);
  const auto status = client.answer().status;
  CHECK((status == 0 || status == 400 || status == 413 || status == 505));
  RawClient next(server->port());
  next.send(get("/"));
  CHECK(next.answer().body == "0");
}

TEST_CASE("a head at the limit is taken, a longer one is refused, whatever it consists of") {
  const auto server = start_server({}, measure);
  const auto status = [&](const std::string& path, const std::string& headers) {
    RawClient client(server->port());
    client.send(get(path, headers));
    return client.answer().status;
  };
  CHECK(status("/", "X: " + std::string(24'000, 'x') + "\r\n") == 200);
  CHECK(status("/" + std::string(24'000, 'x'), "") == 200);
  for (std::size_t size = 25'000; size < 50'000; size += 1000) {
    CHECK(status("/", "X: " + std::string(size, 'x') + "\r\n") == 431);
    const auto of_target = status("/" + std::string(size, 'x'), "");
    CHECK((of_target == 414 || of_target == 431));
  }
  std::string headers;
  for (int i = 0; i < 290; ++i) headers += "X: y\r\n";
  CHECK(status("/", headers) == 200);
  for (int i = 0; i < 500; ++i) {
    headers += "X: y\r\n";
    if (i > 20) CHECK(status("/", headers) != 200);  // where not even a refusal finds room, it is cut
  }
}

TEST_CASE("a client that falls silent in its request is dropped, and so is one that stays idle") {
  const auto sent =
      GENERATE(as<std::string>(), "", "GET / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nx");
  const auto server = start_server({.longest_silence = std::chrono::seconds(1)}, measure);
  RawClient client(server->port());
  client.send(sent);
  CHECK(client.bytes(1).empty());
}

TEST_CASE("a client whose head drips in is dropped when its time is over") {
  const auto before = GENERATE(as<std::string>(), "", get("/"));  // the first request, or the next one
  const auto server = start_server(
      {.longest_silence = std::chrono::seconds(1), .longest_head_time = std::chrono::seconds(1)}, measure);
  RawClient client(server->port());
  client.send(before);
  if (!before.empty()) CHECK(client.answer().body == "0");
  client.send("GET / HTTP/1.1\r\nHost: a\r\nX: ");
  CHECK(drips_until_dropped(client, "x") < std::chrono::seconds(10));
}

TEST_CASE("a client whose body drips in is dropped, also between its bytes") {
  const auto head =
      GENERATE(as<std::string>(), "Content-Length: 1000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n64;");
  const auto server = start_server({.longest_silence = std::chrono::seconds(1)}, measure);
  RawClient client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\n" + head);
  CHECK(drips_until_dropped(client, "x") < std::chrono::seconds(10));
}

TEST_CASE("a slow body that is fast enough is taken") {
  const auto server = start_server({.longest_silence = std::chrono::seconds(2), .slowest_body = 10}, measure);
  RawClient client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 150\r\n\r\n");
  for (int i = 0; i < 30; ++i) {
    client.send("12345");
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  CHECK(client.answer().body == "150");
}

TEST_CASE("a client that waits for its answer is not dropped for its silence") {
  const auto server = start_server({.longest_silence = std::chrono::seconds(1)},
                                   [](const Request&, const Responder& responder) {
                                     std::this_thread::sleep_for(std::chrono::milliseconds(1500));
                                     responder.send({.body = "at last"});
                                   });
  RawClient client(server->port());
  client.send(get("/"));
  CHECK(client.answer().body == "at last");
}

TEST_CASE("connections beyond the limit wait until others end") {
  const auto server = start_server({.most_connections = 2}, measure);
  RawClient first(server->port());
  RawClient second(server->port());
  for (auto* client : {&first, &second}) {
    client->send(get("/"));
    CHECK(client->answer().status == 200);
  }
  RawClient third(server->port());
  third.send(get("/"));
  first.reset();
  CHECK(third.answer().status == 200);
}
