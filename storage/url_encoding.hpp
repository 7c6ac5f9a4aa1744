#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace det::storage {

// What is no letter, digit or one of -._~ becomes %XX (RFC 3986, 2.3).
std::string url_encoded(std::string_view text);
// The same, except that '/' stays.
std::string url_encoded_path(std::string_view path);
// Undoes either; a '%' that begins no %XX stays.
std::string url_decoded(std::string_view text);

using Parameters = std::vector<std::pair<std::string, std::string>>;

// "a=1&b=2%2F3", in the order given: a query without its '?', or the body of a form.
std::string query_text(const Parameters& parameters);

}  // namespace det::storage
