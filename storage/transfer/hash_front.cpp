#include "storage/transfer/hash_front.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "model/error.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

// Small enough to be done while the bytes that came last are in the processor's caches.
constexpr std::uint64_t slice_bytes = std::uint64_t{1} << 20U;

// These take longer than all else that a receiving thread does with its bytes: it would fall behind.
bool is_slow(DigestKind kind) {
  return kind == DigestKind::md5 || kind == DigestKind::sha256;
}

}  // namespace

HashFront::HashFront(IncomingFile& file, const std::vector<DigestKind>& kinds)
    : file_(file), as_they_come_(std::none_of(kinds.begin(), kinds.end(), is_slow)), hasher_(kinds) {}

void HashFront::arrived(std::uint64_t offset, std::string_view bytes) {
  std::unique_lock lock(mutex_);
  if (!as_they_come_ || busy_ || offset != front_) return add_piece(offset, bytes.size());
  busy_ = true;
  lock.unlock();
  hasher_.add(bytes);
  lock.lock();
  busy_ = false;
  front_ += bytes.size();
}

void HashFront::found(std::uint64_t offset, std::uint64_t length) {
  const std::lock_guard lock(mutex_);
  add_piece(offset, length);
}

bool HashFront::advance() {
  std::unique_lock lock(mutex_);
  if (busy_ || pieces_.empty() || pieces_.begin()->first != front_) return false;
  const auto length = std::min(pieces_.begin()->second - front_, slice_bytes);
  busy_ = true;
  lock.unlock();
  const auto hashed = hash_from_file(front_, length);
  lock.lock();
  busy_ = false;
  front_ += hashed;
  auto piece = pieces_.extract(pieces_.begin());
  piece.key() = front_;
  if (front_ < piece.mapped()) pieces_.insert(std::move(piece));
  return true;
}

bool HashFront::finished() const {
  const std::lock_guard lock(mutex_);
  return front_ == file_.wanted().size_bytes;
}

void HashFront::add_piece(std::uint64_t offset, std::uint64_t length) {
  const auto behind = pieces_.upper_bound(offset);
  if (behind != pieces_.begin() && std::prev(behind)->second == offset) {
    std::prev(behind)->second += length;
  } else {
    pieces_.emplace_hint(behind, offset, offset + length);
  }
}

// How many bytes, at least one.
std::uint64_t HashFront::hash_from_file(std::uint64_t offset, std::uint64_t length) {
  std::uint64_t hashed = 0;
  file_.read({offset, length}, [&](std::string_view bytes) {
    hasher_.add(bytes);
    hashed += bytes.size();
    return true;
  });
  if (hashed == 0) {
    throw Error(Failure::local_disk, fmt::format("\"{}\" was cut short by somebody else while it was written",
                                                 printable(file_.wanted().path)));
  }
  return hashed;
}

}  // namespace det::storage
