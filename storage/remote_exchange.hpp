#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/transport.hpp"
#include "model/error.hpp"
#include "storage/remote_store.hpp"
#include "storage/store.hpp"

namespace det::storage {

// Throws Error{integrity} unless require_relative() passes the name, or the name without a '/' at its end:
// that of the mark of a folder.
void require_object_name(std::string_view name);

// Sends a request to a store. A failure of the network is Error{storage} here, also while the body is read:
// the master is not what could not be reached.
std::unique_ptr<http::Response> ask(http::Transport& transport, const http::Request& request);

// The whole body of an answer. Throws Error{storage} when it is longer than 64 MiB.
std::string body_of(http::Response& answer);

// "bytes=10-19" for a range whose length is not 0; open at its end where that is beyond any offset.
std::string range_header(ByteRange range);

// Gives the body of an answer of 200 or 206 to a request for `range` to `sink`, no more than was asked for. A
// whole object (200) is cut to the range. Throws Error{integrity} when the answer says that its bytes begin
// elsewhere.
void deliver(http::Response& answer, ByteRange range, const ByteSink& sink);

// Store::read() by the store's own read_request() and refusal().
bool read_object(http::Transport& transport, const RemoteStore& store, const std::string& name,
                 ByteRange range, const ByteSink& sink);

// The digest that a store states in base64. Absent when that is not one of the kind.
std::optional<Digest> stated_digest(DigestKind kind, std::string_view base64);

// Whether a header can hold the text: it has no control characters.
bool fits_header(std::string_view text);

// What a store says in an error, fit for a sentence of ours: one line, printable, not too long. `otherwise`
// stands in for nothing.
std::string said(std::string_view message, std::string_view otherwise);

// The error for an answer of this status; the sentence gets it at its end. Worth retrying where what the
// status says may pass: 408, 429, and failures of the server.
Error answered(Failure failure, const std::string& sentence, int status);

}  // namespace det::storage
