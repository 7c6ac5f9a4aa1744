#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>

#include "http/curl_transport.hpp"
#include "model/error.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/support/never_cancelled.hpp"

using det::Error;
using det::http::curl_transport;
using det::http::read_all;
using det::testing::LoopbackServer;
using det::testing::Peer;

namespace {

const det::testing::NeverCancelled never_cancelled;

constexpr std::chrono::milliseconds silence{400};

// Silent before its head, and again within its body.
void answer_slowly(Peer& peer) {
  peer.request();
  std::this_thread::sleep_for(silence);
  peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
  std::this_thread::sleep_for(silence);
  peer.send("1\r\nb\r\n0\r\n\r\n");
}

}  // namespace

TEST_CASE("a patient request bears silence that ends another one") {
  LoopbackServer server({answer_slowly, answer_slowly});
  const auto transport =
      curl_transport({.first_byte_timeout = silence / 4, .stall_timeout = silence / 4}, never_cancelled);
  const auto patient = transport->send({.url = server.url("/"), .patient = true});
  CHECK(read_all(*patient, 10) == "ab");
  CHECK_THROWS_AS(
      curl_transport({.first_byte_timeout = silence / 4}, never_cancelled)->send({.url = server.url("/")}),
      Error);
}
