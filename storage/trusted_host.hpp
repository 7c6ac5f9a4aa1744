#pragma once

#include <initializer_list>
#include <string_view>

namespace det::storage {

// Whether an absolute URL names this machine itself by "localhost" or a loopback address.
bool is_loopback(std::string_view url);

// Whether it is an https:// URL of one of these domains, "googleapis.com", or of a host below one.
bool is_tls_within(std::string_view url, std::initializer_list<std::string_view> domains);

}  // namespace det::storage
