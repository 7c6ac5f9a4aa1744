#include "storage/transfer/part_receiver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

constexpr int whole_object = 200;
constexpr int partial_object = 206;
constexpr int too_many_requests = 429;
constexpr int unavailable = 503;
constexpr std::uint64_t worth_a_new_start = std::uint64_t{256} << 10U;
constexpr std::size_t longest_refusal = std::size_t{64} << 10U;

HeaderOf header_of(const http::AnswerHead& head) {
  return [&head](std::string_view name) { return head.header(name); };
}

std::vector<DigestKind> kinds_of_segments() {
  return {DigestKind::xxh3_128};
}

Error contradicts(const Wanted& wanted, std::string_view why) {
  return Error(Failure::integrity, fmt::format("\"{}\" {}", printable(wanted.path), why));
}

}  // namespace

PartReceiver::PartReceiver(Part part, const Asking& asking)
    : part_(part),
      asking_(asking),
      segment_(covers_the_file() ? std::vector<DigestKind>() : kinds_of_segments()) {
  if (!covers_the_file() || asking_.digests.empty()) return;
  auto kinds = asking_.digests;
  // The answer may state it where the list did not.
  if (!part_.file->wanted().stated) kinds.push_back(DigestKind::crc32c);
  whole_.emplace(kinds);
}

http::Request PartReceiver::request() const {
  const auto& wanted = part_.file->wanted();
  const std::lock_guard lock(asking_.store_mutex);
  return asking_.store.read_request(wanted.object, {part_.offset, part_.length}, wanted.version);
}

void PartReceiver::head(const http::AnswerHead& head) {
  status_ = head.status();
  is_part_ = status_ == partial_object || (status_ == whole_object && covers_the_file());
  retry_after_ = head.header("Retry-After").value_or("");
  if (status_ == whole_object && !is_part_) {
    throw Error(Failure::storage,
                fmt::format("\"{}\": the storage answers a request for a piece with the whole",
                            printable(part_.file->wanted().path)));
  }
  if (!is_part_) return;
  require_the_part(head);
  require_the_version(head);
}

// RFC 9110, 14.4 and 8.6. What an answer does not say is judged by the bytes that come.
void PartReceiver::require_the_part(const http::AnswerHead& head) const {
  const auto& wanted = part_.file->wanted();
  if (status_ == partial_object) {
    const auto expected =
        fmt::format("bytes {}-{}/{}", part_.offset, part_.offset + part_.length - 1, wanted.size_bytes);
    const auto range = head.header("Content-Range").value_or("");
    if (range != expected) {
      throw contradicts(wanted,
                        fmt::format("came as \"{}\" where \"{}\" was asked for", printable(range), expected));
    }
  }
  const auto length = head.header("Content-Length");
  if (length && *length != std::to_string(part_.length)) {
    throw contradicts(
        wanted, fmt::format("came with {} bytes where {} were asked for", printable(*length), part_.length));
  }
}

void PartReceiver::require_the_version(const http::AnswerHead& head) {
  const auto& wanted = part_.file->wanted();
  const std::lock_guard lock(asking_.store_mutex);
  const auto version = asking_.store.version_of(header_of(head));
  if (!version.empty() && !wanted.version.empty() && version != wanted.version) {
    throw contradicts(wanted, "has changed in the storage since it was listed");
  }
  if (!wanted.stated) stated_ = asking_.store.digest_of(header_of(head));
}

void PartReceiver::body(std::string_view bytes) {
  if (asking_.job.stopped()) throw Error(Failure::storage, "another part failed");
  if (!is_part_) {
    refusal_ += bytes.substr(0, longest_refusal - std::min(longest_refusal, refusal_.size()));
    return;
  }
  if (bytes.size() > part_.length - written_)
    throw contradicts(part_.file->wanted(), "is longer than the list says");
  // What is not read from a connection holds its sender up.
  asking_.pace.pass(bytes.size(), asking_.job);
  asking_.job.arrived_bytes.fetch_add(bytes.size(), std::memory_order_relaxed);
  if (whole_) whole_->add(bytes);
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, segment_bytes - (written_ - segment_begin_));
    part_.file->write(piece, part_.offset + written_);
    segment_.add(piece);
    if (part_.front) part_.front->arrived(part_.offset + written_, piece);
    written_ += piece.size();
    bytes.remove_prefix(piece.size());
    if (written_ - segment_begin_ == segment_bytes && written_ < part_.length) finish_segment();
  }
}

// A file that comes as one part is not told of before it is whole: then it needs no pieces.
void PartReceiver::finish_segment() {
  const bool last = written_ == part_.length;
  if (covers_the_file() && !last) {
    segment_begin_ = written_;
    return;
  }
  Done done{.file = part_.file, .ends_part = last, .stated = stated_};
  done.piece = {.offset = part_.offset + segment_begin_,
                .length = written_ - segment_begin_,
                .xxh3_128 = {},
                .version = part_.file->wanted().version};
  if (covers_the_file()) {
    done.piece.offset = 0;
    done.piece.length = part_.length;
    if (whole_) done.digests = whole_->finish();
    part_.file->close();
  } else {
    done.piece.xxh3_128 = hex(segment_.finish().front());
    segment_ = Hasher(kinds_of_segments());
  }
  segment_begin_ = written_;
  asking_.job.finished(std::move(done));
}

void PartReceiver::end(const std::optional<Error>& failure) {
  ended_ = true;
  if (asking_.job.stopped()) return;
  const bool broke_off = failure && (failure->failure == Failure::unreachable);
  if (failure && !broke_off) return asking_.job.fail(*failure);
  if (is_part_ && written_ == part_.length) return finish_segment();
  if (!failure && !is_part_) return refuse();
  go_on_later(failure);
}

// An answer that is no part: asked again where that may help, else the end of the job.
void PartReceiver::refuse() {
  busy_ = status_ == too_many_requests || status_ == unavailable;
  const auto delay = asking_.job.rule().after(
      status_, retry_after_.empty() ? std::nullopt : std::optional(retry_after_), part_.retries);
  if (delay) {
    ++part_.retries;
    return asking_.job.try_again(part_, *delay);
  }
  const std::lock_guard lock(asking_.store_mutex);
  asking_.job.fail(asking_.store.refusal(part_.file->wanted().object, status_, refusal_));
}

// The connection broke, was silent, or the body ended early: the rest is asked for again; of a file in one
// part, all.
void PartReceiver::go_on_later(const std::optional<Error>& failure) {
  if (!covers_the_file() && written_ > segment_begin_) finish_segment();
  const bool progressed = !covers_the_file() && written_ >= worth_a_new_start;
  const int retries = progressed ? 0 : part_.retries;
  if (retries >= asking_.job.rule().policy().retries) {
    return asking_.job.fail(failure.value_or(contradicts(part_.file->wanted(), "ended early")));
  }
  auto delay = asking_.job.rule().backoff(retries);
  if (failure && status_ == 0 && failure->system_error != ETIMEDOUT) {
    const auto asked = asking_.job.rule().after(*failure, retries);
    if (!asked) return asking_.job.fail(*failure);
    delay = *asked;
  }
  auto rest = part_;
  rest.retries = retries + 1;
  if (covers_the_file()) {
    asking_.job.arrived_bytes.fetch_sub(written_, std::memory_order_relaxed);
  } else {
    rest.offset += written_;
    rest.length -= written_;
  }
  asking_.job.try_again(rest, delay);
}

}  // namespace det::storage
