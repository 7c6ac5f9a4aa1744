#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "master/http_server.hpp"

namespace det::master {

// Why a request whose head has arrived is not to be read on, as the status of the answer: 400 when two
// readers could disagree on where its body ends (RFC 9112, section 6.3), 431 when its head is longer than
// `longest_head`, 501 for a coding that is not "chunked". Absent when nothing speaks against it.
std::optional<int> framing_refusal(const Request& request, std::size_t longest_head);

// The length that it announces; absent when there is none.
std::optional<std::uint64_t> announced_length(const Request& request);

// Splits a request target into path and query. An absolute one, as proxies get it, loses its origin.
void set_target(Request& request, std::string_view target);

// Whether it can be sent without breaking the answer apart.
bool is_sendable(const Header& header);
// Whether it frames the answer, which is the server's business.
bool is_framing(const Header& header);

// What a refusal without a handler says: the status and its phrase, in plain text.
Response plain_answer(int status);

}  // namespace det::master
