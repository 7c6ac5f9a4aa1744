#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/cancellation.hpp"
#include "http/proxy.hpp"
#include "http/transport.hpp"

namespace det::http {

// How far the other side's certificate is believed.
enum class Verification { full, none };

struct TransportOptions {
  std::string user_agent = "det";
  Verification verification = Verification::full;
  std::string ca_file = {};        // path of a PEM file, trusted beside the system's authorities
  std::string ca_pem = {};         // the same as text; goes before ca_file
  std::string verified_name = {};  // the name that the certificate must bear; empty: the URL's host
  Proxies proxies = {};
  std::chrono::milliseconds connect_timeout{10'000};
  // From sending to the whole head. A master needs seconds for 10,000 rows.
  std::chrono::milliseconds first_byte_timeout{120'000};
  std::chrono::milliseconds stall_timeout{30'000};  // between two pieces of a body; twice for a KiB
  // Takes a line for each request, secrets redacted; empty: nobody asked.
  std::function<void(std::string_view)> trace = {};
};

// The transport over libcurl. Connections are kept and used again; only http:// and https:// URLs are served.
// Several answers may be open at once and may outlive the transport; `cancellation` outlives them all. The
// process must ignore SIGPIPE. Not for several threads.
std::unique_ptr<Transport> curl_transport(TransportOptions options, const Cancellation& cancellation);

}  // namespace det::http
