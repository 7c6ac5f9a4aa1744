#include "cli/streams.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>

#include "model/error.hpp"

namespace det::cli {

namespace {

// Returns when `awaited` is ready or broken. Throws the error of `cancellation` (may be null) when it is time
// to stop.
void wait_for(const pollfd& awaited, const http::Cancellation* cancellation) {
  while (true) {
    std::array<pollfd, 2> watched{
        {awaited, {cancellation ? cancellation->wake_descriptor() : -1, POLLIN, 0}}};
    const auto left = cancellation ? cancellation->remaining() : std::nullopt;
    const int limit = left ? static_cast<int>(std::min<std::int64_t>(left->count(), 60'000)) : -1;
    const int ready = ::poll(watched.data(), watched.size(), limit);
    if (cancellation) cancellation->check();
    if (ready < 0 && errno != EINTR) return;
    if (watched[0].revents != 0) return;
  }
}

}  // namespace

OutputBuffer::OutputBuffer(int descriptor, std::size_t size_bytes, Writing writing,
                           const http::Cancellation& cancellation)
    : descriptor_(descriptor), writing_(writing), cancellation_(cancellation), buffer_(size_bytes) {
  setp(buffer_.data(), buffer_.data() + buffer_.size());
}

void OutputBuffer::take_back() {
  if (!written_) setp(buffer_.data(), buffer_.data() + buffer_.size());
}

// Until there is room. A remark waits for nobody but its reader. A terminal that took a part only says that
// it has room, and may take no more: a stop counts first then.
void OutputBuffer::wait(bool was_cut_short) const {
  pollfd room{descriptor_, POLLOUT, 0};
  if (!was_cut_short && ::poll(&room, 1, 0) != 0) return;
  wait_for(room, writing_ == Writing::must_succeed ? &cancellation_ : nullptr);
}

void OutputBuffer::write_out() {
  const char* at = pbase();
  bool was_cut_short = false;
  while (at < pptr()) {
    wait(was_cut_short);
    const ssize_t sent = ::write(descriptor_, at, static_cast<std::size_t>(pptr() - at));
    was_cut_short = true;
    if (sent >= 0) {
      at += sent;
      written_ = true;
      continue;
    }
    if (errno == EINTR || errno == EAGAIN) continue;
    const int reason = errno;
    setp(buffer_.data(), buffer_.data() + buffer_.size());
    if (writing_ == Writing::may_fail) return;
    if (reason == EPIPE) throw ClosedPipe{};
    throw Error(Failure::local_disk, std::string("could not write the output: ") + std::strerror(reason));
  }
  setp(buffer_.data(), buffer_.data() + buffer_.size());
}

std::unique_lock<std::recursive_mutex> OutputBuffer::locked() {
  std::unique_lock lock(mutex_, std::defer_lock);
  if (writing_ == Writing::may_fail) lock.lock();
  return lock;
}

std::streamsize OutputBuffer::xsputn(const char* text, std::streamsize size) {
  const auto lock = locked();
  return std::streambuf::xsputn(text, size);
}

OutputBuffer::int_type OutputBuffer::overflow(int_type character) {
  const auto lock = locked();
  write_out();
  if (!traits_type::eq_int_type(character, traits_type::eof())) sputc(traits_type::to_char_type(character));
  return traits_type::not_eof(character);
}

int OutputBuffer::sync() {
  const auto lock = locked();
  write_out();
  return 0;
}

void InputBuffer::wait() const {
  wait_for({descriptor_, POLLIN, 0}, &cancellation_);
}

InputBuffer::int_type InputBuffer::underflow() {
  wait();
  const ssize_t got = ::read(descriptor_, buffer_.data(), buffer_.size());
  if (got <= 0) return traits_type::eof();
  setg(buffer_.data(), buffer_.data(), buffer_.data() + got);
  return traits_type::to_int_type(buffer_.front());
}

}  // namespace det::cli
