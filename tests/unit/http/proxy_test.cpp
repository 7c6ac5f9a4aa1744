#include "http/proxy.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "http/curl_transport.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/support/never_cancelled.hpp"
#include "tests/support/thrown.hpp"

using det::http::curl_transport;
using det::http::Proxies;
using det::http::proxies_of;
using det::testing::http_answer;
using det::testing::LoopbackServer;
using det::testing::Peer;

namespace {

const det::testing::NeverCancelled never_cancelled;

Proxies proxies(const std::map<std::string, std::string>& variables) {
  return proxies_of([&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}

}  // namespace

TEST_CASE("the proxies of the environment: lower case goes first, ALL_PROXY last") {
  CHECK(proxies({}).http.empty());
  CHECK(proxies({{"HTTP_PROXY", "http://up"}}).http == "http://up");
  CHECK(proxies({{"HTTP_PROXY", "http://up"}, {"http_proxy", "http://low"}}).http == "http://low");
  CHECK(proxies({{"ALL_PROXY", "http://all"}, {"HTTPS_PROXY", "http://tls"}}).https == "http://tls");
  CHECK(proxies({{"ALL_PROXY", "http://all"}, {"HTTPS_PROXY", "http://tls"}}).http == "http://all");
  CHECK(proxies({{"NO_PROXY", "a,b"}}).bypassed == "a,b");
}

TEST_CASE("a variable set to nothing turns the proxy off") {
  CHECK(proxies({{"http_proxy", ""}, {"ALL_PROXY", "http://all"}}).http.empty());
}

TEST_CASE("each scheme has its own proxy") {
  const Proxies both{.http = "http://a", .https = "http://b"};
  CHECK(proxy_for("http://h/", both) == "http://a");
  CHECK(proxy_for("https://h/", both) == "http://b");
}

TEST_CASE("a proxy is asked for the whole URL") {
  std::string received;
  LoopbackServer proxy({[&](Peer& peer) {
    received = peer.request();
    peer.send(http_answer("from the proxy"));
  }});
  const auto transport = curl_transport({.proxies = {.http = proxy.url("")}}, never_cancelled);
  CHECK(read_all(*transport->send({.url = "http://master.invalid:8080/a"}), 100) == "from the proxy");
  CHECK(received.substr(0, received.find('\r')) == "GET http://master.invalid:8080/a HTTP/1.1");
}

TEST_CASE("a host that NO_PROXY names is asked directly") {
  LoopbackServer server({det::testing::answering({http_answer("direct")})});
  const Proxies set{.http = "http://proxy.invalid:1", .bypassed = "example.org,127.0.0.1"};
  const auto transport = curl_transport({.proxies = set}, never_cancelled);
  CHECK(read_all(*transport->send({.url = server.url("/")}), 100) == "direct");
}

TEST_CASE("a proxy that does not exist is named as such") {
  const auto transport = curl_transport({.proxies = {.http = "http://u:p@proxy.invalid:1"}}, never_cancelled);
  CHECK(det::testing::thrown([&] { transport->send({.url = "http://h:1/"}); }).message ==
        "could not connect to http://h:1 (the proxy http://proxy.invalid:1 is set): the proxy's host name "
        "was not found");
}

TEST_CASE("a proxy that refuses connections is named") {
  std::string gone;
  { gone = LoopbackServer({}).url(""); }
  const auto transport = curl_transport({.proxies = {.http = gone}}, never_cancelled);
  CHECK(det::testing::thrown([&] { transport->send({.url = "http://h:1/"}); }).message ==
        "could not connect to http://h:1 (the proxy " + gone + " is set): connection refused");
}
