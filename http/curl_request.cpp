#include "http/curl_request.hpp"

#include <strings.h>
#include <algorithm>
#include <array>

#include "http/retry.hpp"
#include "http/url.hpp"
#include "model/error.hpp"

namespace det::http {
namespace {

bool is_tls(const Request& request) {
  return request.url.starts_with("https://");
}

void prepare_method(CurlHandle& handle, const Request& request) {
  if (request.method == "GET" && request.body.empty()) return;
  if (request.method == "HEAD") {
    handle.set(CURLOPT_NOBODY, 1L);
    return;
  }
  constexpr std::array<std::string_view, 3> with_body{"POST", "PUT", "PATCH"};
  const bool sends = std::find(with_body.begin(), with_body.end(), request.method) != with_body.end();
  if (sends || !request.body.empty()) handle.set_body(request.body);
  handle.set(CURLOPT_CUSTOMREQUEST, request.method);
}

std::string header_line(const Header& header) {
  const auto is_control = [](unsigned char c) { return (c < ' ' && c != '\t') || c == 0x7f; };
  for (const auto& text : {header.name, header.value}) {
    if (std::any_of(text.begin(), text.end(), is_control)) {
      throw Error(Failure::usage, "the value of header " + header.name + " holds a control character");
    }
  }
  return header.value.empty() ? header.name + ";" : header.name + ": " + header.value;
}

void prepare_headers(CurlHandle& handle, const Request& request) {
  bool typed = false;
  for (const auto& header : request.headers) {
    handle.add(CURLOPT_HTTPHEADER, header_line(header));
    typed = typed || strcasecmp(header.name.c_str(), "content-type") == 0;
  }
  handle.add(CURLOPT_HTTPHEADER, "Expect:");  // no wait for "100 Continue"
  if (!typed) handle.add(CURLOPT_HTTPHEADER, "Content-Type:");
}

// Asks for `name` in the certificate though the connection goes to the URL's host: libcurl verifies the host
// of the URL, so the URL gets the name, and the connection and the Host header the host.
void prepare_verified_name(CurlHandle& handle, const Request& request, const std::string& name) {
  const std::string asked = authority(request.url);
  const auto port = asked.find(':', asked.rfind(']') == std::string::npos ? 0 : asked.rfind(']'));
  const std::string host = asked.substr(0, port);
  const std::string with_port = port == std::string::npos ? "" : asked.substr(port);
  const auto path =
      request.url.substr(std::min(request.url.find('/', sizeof "https://" - 1), request.url.size()));
  handle.set(CURLOPT_URL, "https://" + name + with_port + path);
  handle.add(CURLOPT_CONNECT_TO, "::" + host + ":" + (with_port.empty() ? "" : with_port.substr(1)));
  handle.add(CURLOPT_HTTPHEADER, "Host: " + asked);
}

void prepare_tls(CurlHandle& handle, const Request& request, const TransportOptions& options) {
  if (!is_tls(request)) return;
  handle.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  handle.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  if (options.verification == Verification::none) {
    handle.set(CURLOPT_SSL_VERIFYPEER, 0L);
    handle.set(CURLOPT_SSL_VERIFYHOST, 0L);
    return;
  }
  if (!options.ca_file.empty()) handle.set(CURLOPT_CAINFO, options.ca_file);
  if (!options.ca_pem.empty()) handle.set_blob(CURLOPT_CAINFO_BLOB, options.ca_pem);
  if (!options.verified_name.empty()) prepare_verified_name(handle, request, options.verified_name);
}

// A compressed body is decoded as it is received, at up to a thousand bytes for one: the small buffer bounds
// what one read can grow to.
void prepare_limits(CurlHandle& handle, const Request& request, const TransportOptions& options) {
  handle.set(CURLOPT_BUFFERSIZE, request.compressed ? 16L * 1024 : 256L * 1024);
  handle.set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
  if (request.patient) handle.set(CURLOPT_TCP_KEEPALIVE, 1L);
  handle.set(CURLOPT_NOSIGNAL, 1L);
  handle.set(CURLOPT_QUICK_EXIT, 1L);  // Ctrl-C does not wait for a name server
  handle.set(CURLOPT_PROTOCOLS_STR, "http,https");
}

}  // namespace

void prepare(CurlHandle& handle, const Request& request, const TransportOptions& options) {
  if (!request.url.starts_with("http://") && !is_tls(request)) {
    throw Error(Failure::usage,
                "only http:// and https:// addresses can be asked, not " + redacted(request.url));
  }
  handle.set(CURLOPT_URL, request.url);
  handle.set(CURLOPT_PATH_AS_IS, 1L);
  handle.set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  handle.set(CURLOPT_USERAGENT, options.user_agent);
  if (request.compressed) handle.set(CURLOPT_ACCEPT_ENCODING, "gzip");
  prepare_limits(handle, request, options);
  prepare_method(handle, request);
  // libcurl asks again by itself when a connection that it kept turns out to be dead.
  if (!is_idempotent(request.method)) handle.set(CURLOPT_FRESH_CONNECT, 1L);
  prepare_headers(handle, request);
  // Set even when empty: libcurl would look into the environment by its own rules.
  handle.set(CURLOPT_PROXY, proxy_for(request.url, options.proxies));
  handle.set(CURLOPT_NOPROXY, options.proxies.bypassed);
  handle.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  prepare_tls(handle, request, options);
}

}  // namespace det::http
