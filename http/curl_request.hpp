#pragma once

#include "http/curl_handle.hpp"
#include "http/curl_transport.hpp"
#include "http/transport.hpp"

namespace det::http {

// Sets a fresh handle up for `request`, which outlives the transfer. Throws Error{usage} for a URL that is
// neither http:// nor https:// and for a header that holds a control character.
void prepare(CurlHandle& handle, const Request& request, const TransportOptions& options);

}  // namespace det::http
