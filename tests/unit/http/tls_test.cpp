#include <catch2/catch.hpp>

#include "http/curl_transport.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/support/never_cancelled.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"
#include "tests/support/tls_channel.hpp"

using det::Error;
using det::Failure;
using det::http::curl_transport;
using det::http::TransportOptions;
using det::http::Verification;
using det::testing::answering;
using det::testing::http_answer;
using det::testing::LoopbackServer;
using det::testing::Peer;
using det::testing::thrown;

namespace {

const det::testing::NeverCancelled never_cancelled;

// A server with a certificate of its own, which answers one request.
struct TlsServer {
  det::testing::TlsIdentity identity;
  std::string offered = {};  // protocols, by ALPN
  std::string received = {};
  LoopbackServer server{{[this](Peer& peer) {
                          received = peer.request();
                          peer.send(http_answer("over TLS"));
                          peer.await_close();
                        }},
                        det::testing::tls_channels(identity, offered)};

  explicit TlsServer(const std::string& names) : identity(det::testing::tls_identity(names)) {}

  std::string origin() const { return "https://" + server.authority(); }
  std::string ask(const TransportOptions& options) const {
    return read_all(*curl_transport(options, never_cancelled)->send({.url = origin() + "/a"}), 100);
  }
  Error failure(const TransportOptions& options) const {
    return thrown([&] { ask(options); });
  }
};

}  // namespace

TEST_CASE("a certificate that the given authority signed is trusted, and HTTP/2 is offered") {
  TlsServer server("IP:127.0.0.1");
  CHECK(server.ask({.ca_pem = server.identity.certificate_pem}) == "over TLS");
  CHECK(server.offered == "\x02h2\x08http/1.1");
}

TEST_CASE("the authority may be named by its file") {
  const det::testing::TemporaryDirectory directory;
  TlsServer server("IP:127.0.0.1");
  det::testing::write_file(directory / "ca.pem", server.identity.certificate_pem);
  CHECK(server.ask({.ca_file = directory / "ca.pem"}) == "over TLS");
}

TEST_CASE("a certificate that nobody vouches for is refused, and not worth retrying") {
  const TlsServer server("IP:127.0.0.1");
  const auto error = server.failure({});
  CHECK(error.failure == Failure::unreachable);
  CHECK(error.message.rfind("could not connect to " + server.origin() + ": ", 0) == 0);
  CHECK(error.message.find("certificate") != std::string::npos);
  CHECK(error.next == "det --cacert FILE ... trusts the authority in FILE");
  CHECK_FALSE(error.retryable);
}

TEST_CASE("without verification any certificate will do") {
  const TlsServer server("DNS:elsewhere");
  CHECK(server.ask({.verification = Verification::none}) == "over TLS");
}

TEST_CASE("a certificate of another host is refused, unless that is the name to look for") {
  const TlsServer stranger("DNS:master.internal");
  CHECK(stranger.failure({.ca_pem = stranger.identity.certificate_pem}).failure == Failure::unreachable);
  const TlsServer known("DNS:master.internal");
  CHECK(known.ask({.ca_pem = known.identity.certificate_pem, .verified_name = "master.internal"}) ==
        "over TLS");
  CHECK(known.received.find("\r\nHost: " + known.server.authority() + "\r\n") != std::string::npos);
  const TlsServer other("IP:127.0.0.1");
  CHECK(
      other.failure({.ca_pem = other.identity.certificate_pem, .verified_name = "master.internal"}).failure ==
      Failure::unreachable);
}

TEST_CASE("an authority that cannot be read is named") {
  const TlsServer server("IP:127.0.0.1");
  const auto error = server.failure({.ca_file = "/nowhere/ca.pem"});
  CHECK(error.failure == Failure::unreachable);
  CHECK(error.message.find("/nowhere/ca.pem") != std::string::npos);
}

TEST_CASE("a server that speaks no TLS is unreachable") {
  LoopbackServer server({answering({"HTTP/1.1 400 Bad Request\r\n\r\n"})});
  const auto error = thrown(
      [&] { curl_transport({}, never_cancelled)->send({.url = "https://" + server.authority() + "/"}); });
  CHECK(error.failure == Failure::unreachable);
  CHECK(error.message.rfind("could not connect to https://" + server.authority() + ": ", 0) == 0);
}
