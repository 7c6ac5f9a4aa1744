#include <fcntl.h>
#include <catch2/catch.hpp>

#include <filesystem>
#include <future>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include "http/curl_transport.hpp"
#include "master/http_server.hpp"
#include "tests/support/never_cancelled.hpp"
#include "tests/support/thrown.hpp"
#include "tests/support/tls_channel.hpp"
#include "tests/unit/master/http_server_client.hpp"

using det::master::Request;
using det::master::Responder;
using det::master::Response;
using det::master::start_server;
using det::testing::get;
using det::testing::post;
using det::testing::RawClient;
using det::testing::thrown;

namespace {

// Says what it was asked.
void echo(const Request& request, const Responder& responder) {
  responder.send({.headers = {{"Content-Type", "text/plain"}},
                  .body = request.method + " " + request.path + " ?" + request.query + " " + request.body});
}

std::set<int> descriptors() {
  std::set<int> numbers;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    numbers.insert(std::stoi(entry.path().filename()));
  }
  std::erase_if(numbers, [](int number) { return ::fcntl(number, F_GETFD) < 0; });  // what listed them
  return numbers;
}

auto answering(int status, std::vector<det::master::Header> headers) {
  return [=](const Request&, const Responder& responder) {
    responder.send({.status = status, .headers = headers, .body = "body"});
  };
}

}  // namespace

TEST_CASE("a request arrives as it was sent, path and query still encoded") {
  const auto server = start_server({}, echo);
  RawClient client(server->port());
  client.send(get("/a%20b%2Fc?d=%20e&f"));
  const auto answer = client.answer();
  CHECK(answer.status == 200);
  CHECK(answer.head.find("\r\nContent-Type: text/plain\r\n") != std::string::npos);
  CHECK(answer.body == "GET /a%20b%2Fc ?d=%20e&f ");
}

TEST_CASE("an absolute target loses its origin, and one without a path means the root") {
  const auto server = start_server({}, echo);
  RawClient client(server->port());
  client.send(get("http://a:80/b?c=http://d"));
  CHECK(client.answer().body == "GET /b ?c=http://d ");
  client.send(get("http://a"));
  CHECK(client.answer().body == "GET / ? ");
  client.send(get("/login?to=http://a/b"));
  CHECK(client.answer().body == "GET /login ?to=http://a/b ");
}

TEST_CASE("a header is found whatever its case, the first of two") {
  const auto server = start_server({}, [](const Request& request, const Responder& responder) {
    responder.send({.body = std::string(request.header("x-one").value_or("none")) + " " +
                            std::string(request.header("X-Two").value_or("none"))});
  });
  RawClient client(server->port());
  client.send(get("/", "X-ONE: 1\r\nx-one: 2\r\n"));
  CHECK(client.answer().body == "1 none");
}

TEST_CASE("requests sent at once are answered one after the other") {
  const auto server = start_server({}, echo);
  RawClient client(server->port());
  client.send(get("/1") + post("/2", "two") + get("/3"));
  CHECK(client.answer().body == "GET /1 ? ");
  CHECK(client.answer().body == "POST /2 ? two");
  CHECK(client.answer().body == "GET /3 ? ");
}

TEST_CASE("HEAD is answered with the head that GET gets") {
  const auto server = start_server({}, [](const Request& request, const Responder& responder) {
    if (request.path == "/length") return responder.send({.length = 7'000'000'000});
    responder.send({.body = "body"});
  });
  RawClient client(server->port());
  client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + get("/"));
  const auto answer = client.answer("HEAD");
  CHECK(answer.head.find("\r\nContent-Length: 4\r\n") != std::string::npos);
  CHECK(client.answer().body == "body");
  client.send("HEAD /length HTTP/1.1\r\nHost: a\r\n\r\n" + get("/"));
  CHECK(client.answer("HEAD").head.find("\r\nContent-Length: 7000000000\r\n") != std::string::npos);
  CHECK(client.answer().body == "body");
}

TEST_CASE("an answer that has no body by its status sends none") {
  const auto server = start_server({}, answering(204, {}));
  RawClient client(server->port());
  client.send(get("/") + get("/"));
  CHECK(client.answer().status == 204);
  CHECK(client.answer().status == 204);
}

TEST_CASE("a client that expects 100 Continue is told to go on") {
  const auto server = start_server({}, echo);
  RawClient client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  CHECK(client.answer().status == 100);
  client.send("body");
  CHECK(client.answer().body == "POST / ? body");
}

TEST_CASE("a chunked body arrives joined") {
  const auto server = start_server({}, echo);
  RawClient client(server->port());
  client.send(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2;x=y\r\ndy\r\n0\r\n\r\n");
  CHECK(client.answer().body == "POST / ? body");
}

TEST_CASE("an answer may come later, from another thread, and only the first counts") {
  std::promise<Responder> asked;
  const auto server =
      start_server({}, [&](const Request&, const Responder& responder) { asked.set_value(responder); });
  RawClient client(server->port());
  client.send(get("/"));
  const auto responder = asked.get_future().get();
  responder.send({.body = "first"});
  responder.send({.body = "second"});
  CHECK(client.answer().body == "first");
}

TEST_CASE("a request that nobody answers gets a 500") {
  const auto server = start_server({}, [](const Request&, const Responder&) {});
  RawClient client(server->port());
  client.send(get("/") + get("/"));
  CHECK(client.answer().body == "internal server error\n");
  CHECK(client.answer().status == 500);
}

TEST_CASE("a handler that throws costs its request a 500, and nothing else") {
  const auto server = start_server({.workers = 1}, [](const Request& request, const Responder& responder) {
    if (request.path == "/bad") throw std::runtime_error("bad");
    echo(request, responder);
  });
  RawClient client(server->port());
  client.send(get("/bad") + get("/"));
  CHECK(client.answer().status == 500);
  CHECK(client.answer().body == "GET / ? ");
}

TEST_CASE("a header that would break the answer apart makes it a 500") {
  const auto name = GENERATE(as<std::string>(), "X", "X\r\nY", "X Y", "");
  const auto value = GENERATE(as<std::string>(), "a\r\nSet-Cookie: b", "a\nb", "a\rb", "a\x01", "a");
  if (name == "X" && value == "a") return;
  const auto server = start_server({}, answering(200, {{name, value}}));
  RawClient client(server->port());
  client.send(get("/"));
  const auto answer = client.answer();
  CHECK(answer.status == 500);
  CHECK(answer.head.find("Set-Cookie") == std::string::npos);
}

TEST_CASE("framing is the server's, whatever a handler sets") {
  const auto server = start_server(
      {}, answering(200, {{"content-length", "1"}, {"Transfer-Encoding", "gzip"}, {"X-Empty", ""}}));
  RawClient client(server->port());
  client.send(get("/"));
  const auto answer = client.answer();
  CHECK(answer.status == 200);
  CHECK(answer.body == "body");
  CHECK(answer.head.find("gzip") == std::string::npos);
}

TEST_CASE("a status that is none makes the answer a 500") {
  const auto server = start_server({}, answering(GENERATE(0, 101, 1000), {}));
  RawClient client(server->port());
  client.send(get("/"));
  CHECK(client.answer().status == 500);
}

TEST_CASE("a port that is taken is said so") {
  const auto first = start_server({}, echo);
  const auto place = "127.0.0.1:" + std::to_string(first->port());
  const auto error = thrown([&] { start_server({.port = first->port()}, echo); });
  CHECK(error.message == "could not listen on " + place + ": address already in use");
}

TEST_CASE("programs that a handler starts inherit nothing of the server") {
  const auto before = descriptors();
  const auto server = start_server({}, [&](const Request& request, const Responder& responder) {
    std::string inherited;
    for (const int descriptor : descriptors()) {
      const bool is_kept = (::fcntl(descriptor, F_GETFD) & FD_CLOEXEC) == 0;
      if (is_kept && before.count(descriptor) == 0) inherited += request.path;
    }
    responder.send({.body = inherited});
  });
  RawClient client(server->port());
  client.send(get("/leaks"));
  CHECK(client.answer().body.empty());
}

TEST_CASE("a stopped server refuses connections, and stopping twice does no harm") {
  const auto server = start_server({}, echo);
  RawClient client(server->port());
  client.send(get("/"));
  CHECK(client.answer().status == 200);
  server->stop();
  CHECK(client.is_closed());
  CHECK_THROWS(RawClient(server->port()));
  server->stop();
}

TEST_CASE("a server that stops lets running requests end") {
  std::promise<Responder> asked;
  const auto server =
      start_server({}, [&](const Request&, const Responder& responder) { asked.set_value(responder); });
  RawClient client(server->port());
  client.send(get("/"));
  const auto responder = asked.get_future().get();
  const auto stopped = std::async(std::launch::async, [&] { server->stop(); });
  CHECK(stopped.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout);
  responder.send({.body = "in time"});
  CHECK(client.answer().body == "in time");
}

TEST_CASE(
    "a server that stops cuts what is not over within the grace, and answers that come later are dropped") {
  std::promise<Responder> asked;
  auto server = start_server({.grace = std::chrono::milliseconds(50)},
                             [&](const Request&, const Responder& responder) { asked.set_value(responder); });
  RawClient client(server->port());
  client.send(get("/"));
  const auto responder = asked.get_future().get();
  server->stop();
  CHECK(client.is_closed());
  server.reset();
  responder.send({.body = "too late"});
}

TEST_CASE("with a certificate it speaks TLS") {
  const auto identity = det::testing::tls_identity("IP:127.0.0.1");
  const auto server =
      start_server({.certificate_pem = identity.certificate_pem, .key_pem = identity.key_pem}, echo);
  const det::testing::NeverCancelled never_cancelled;
  const auto transport = det::http::curl_transport({.ca_pem = identity.certificate_pem}, never_cancelled);
  const auto url = "https://127.0.0.1:" + std::to_string(server->port());
  CHECK(read_all(*transport->send({.method = "PUT", .url = url + "/a", .body = "secret"}), 100) ==
        "PUT /a ? secret");
}

TEST_CASE("a certificate that is none keeps the server from starting") {
  const auto error = thrown([] { start_server({.certificate_pem = "none", .key_pem = "none"}, echo); });
  CHECK(error.message.rfind("could not start the HTTP server: ", 0) == 0);
}
