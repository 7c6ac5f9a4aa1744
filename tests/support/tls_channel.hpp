#pragma once

#include <string>

#include "tests/support/loopback_server.hpp"

namespace det::testing {

// A fresh key and the self-signed certificate that goes with it, which is also the authority to trust.
struct TlsIdentity {
  std::string certificate_pem;
  std::string key_pem;
};

// `names` as OpenSSL writes them: "DNS:master.test,IP:127.0.0.1".
TlsIdentity tls_identity(const std::string& names);

// Speaks TLS as the server. What the client offers by ALPN is noted in `offered`, as text; it outlives the
// server.
ChannelFactory tls_channels(const TlsIdentity& identity, std::string& offered);

}  // namespace det::testing
