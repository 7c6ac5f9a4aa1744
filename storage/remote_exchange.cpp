#include "storage/remote_exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "storage/base64.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

constexpr int whole = 200;
constexpr int partial = 206;
constexpr int timed_out = 408;
constexpr int beyond_the_end = 416;
constexpr int too_many = 429;
constexpr int server_error = 500;
constexpr std::size_t longest_body = std::size_t{64} << 20U;

Error of_storage(Error error) {
  const bool of_the_network = error.failure == Failure::unreachable || error.failure == Failure::master;
  if (of_the_network) error.failure = Failure::storage;
  return error;
}

class StoreResponse final : public http::Response {
 public:
  explicit StoreResponse(std::unique_ptr<http::Response> response) : response_(std::move(response)) {}

  int status() const override { return response_->status(); }
  std::optional<std::string> header(std::string_view name) const override { return response_->header(name); }
  std::string_view next() override {
    try {
      return response_->next();
    } catch (const Error& error) {  // said in terms of this layer
      throw of_storage(error);
    }
  }

 private:
  std::unique_ptr<http::Response> response_;
};

std::size_t size_of(DigestKind kind) {
  if (kind == DigestKind::crc32c) return 4;
  return kind == DigestKind::sha256 ? 32 : 16;
}

// The bytes at the front of an answer that come before the range.
std::uint64_t bytes_to_skip(const http::Response& answer, ByteRange range) {
  if (answer.status() == whole) return range.offset;
  const auto stated = answer.header("Content-Range");
  const auto expected = fmt::format("bytes {}-", range.offset);
  if (stated && stated->starts_with(expected)) return 0;
  throw Error(
      Failure::integrity,
      fmt::format("the store answered with other bytes than those asked for: \"{}\" instead of \"{}\"",
                  printable(stated.value_or("")), expected));
}

}  // namespace

void require_object_name(std::string_view name) {
  if (name.ends_with('/')) name.remove_suffix(1);
  require_relative(name);
}

std::unique_ptr<http::Response> ask(http::Transport& transport, const http::Request& request) {
  try {
    return std::make_unique<StoreResponse>(transport.send(request));
  } catch (const Error& error) {  // said in terms of this layer
    throw of_storage(error);
  }
}

std::string body_of(http::Response& answer) {
  try {
    return http::read_all(answer, longest_body);
  } catch (const Error& error) {  // said in terms of this layer
    throw of_storage(error);
  }
}

std::string range_header(ByteRange range) {
  if (range.length > std::numeric_limits<std::uint64_t>::max() - range.offset) {
    return fmt::format("bytes={}-", range.offset);
  }
  return fmt::format("bytes={}-{}", range.offset, range.offset + range.length - 1);
}

void deliver(http::Response& answer, ByteRange range, const ByteSink& sink) {
  auto skipped = bytes_to_skip(answer, range);
  while (range.length > 0) {
    auto piece = answer.next();
    if (piece.empty()) return;
    const auto passed = std::min<std::uint64_t>(skipped, piece.size());
    skipped -= passed;
    piece = piece.substr(static_cast<std::size_t>(passed));
    piece = piece.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(range.length, piece.size())));
    if (!piece.empty() && !sink(piece)) return;
    range.length -= piece.size();
  }
}

bool read_object(http::Transport& transport, const RemoteStore& store, const std::string& name,
                 ByteRange range, const ByteSink& sink) {
  const bool nothing = range.length == 0;
  const auto answer = ask(transport, store.read_request(name, nothing ? ByteRange{0, 1} : range, ""));
  const auto status = answer->status();
  if (status == beyond_the_end) return true;
  if (status != whole && status != partial) {
    auto why = store.refusal(name, status, body_of(*answer));
    if (why.failure == Failure::not_found) return false;
    throw why;
  }
  if (!nothing) deliver(*answer, range, sink);
  return true;
}

std::optional<Digest> stated_digest(DigestKind kind, std::string_view base64) {
  auto bytes = from_base64(base64);
  if (!bytes || bytes->size() != size_of(kind)) return std::nullopt;
  return Digest{kind, std::move(*bytes)};
}

bool fits_header(std::string_view text) {
  const auto is_control = [](unsigned char c) { return c < ' ' || c == 0x7f; };
  return std::none_of(text.begin(), text.end(), is_control);
}

std::string said(std::string_view message, std::string_view otherwise) {
  message = message.substr(0, message.find_first_of("\r\n"));
  while (message.ends_with('.') || message.ends_with(' ')) message.remove_suffix(1);
  return message.empty() ? std::string(otherwise) : printable(message);
}

Error answered(Failure failure, const std::string& sentence, int status) {
  const bool passes = status == timed_out || status == too_many || status >= server_error;
  const auto error = Error(failure, fmt::format("{} (status {})", sentence, status)).with_status(status);
  return passes ? error.worth_retrying() : error;
}

}  // namespace det::storage
