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

OutputBuffer::OutputBuffer(int descriptor, std::size_t size_bytes)
    : descriptor_(descriptor), buffer_(size_bytes) {
  setp(buffer_.data(), buffer_.data() + buffer_.size());
}

void OutputBuffer::take_back() {
  if (!written_) setp(buffer_.data(), buffer_.data() + buffer_.size());
}

void OutputBuffer::write_out() {
  const char* at = pbase();
  while (at < pptr()) {
    const ssize_t sent = ::write(descriptor_, at, static_cast<std::size_t>(pptr() - at));
    if (sent >= 0) {
      at += sent;
      written_ = true;
      continue;
    }
    if (errno == EINTR) continue;
    const int reason = errno;
    setp(buffer_.data(), buffer_.data() + buffer_.size());
    if (reason == EPIPE) throw ClosedPipe{};
    throw Error(Failure::local_disk, std::string("could not write the output: ") + std::strerror(reason));
  }
  setp(buffer_.data(), buffer_.data() + buffer_.size());
}

OutputBuffer::int_type OutputBuffer::overflow(int_type character) {
  write_out();
  if (!traits_type::eq_int_type(character, traits_type::eof())) sputc(traits_type::to_char_type(character));
  return traits_type::not_eof(character);
}

int OutputBuffer::sync() {
  write_out();
  return 0;
}

void InputBuffer::wait() const {
  while (true) {
    std::array<pollfd, 2> watched{{{descriptor_, POLLIN, 0}, {cancellation_.wake_descriptor(), POLLIN, 0}}};
    const auto left = cancellation_.remaining();
    const int limit = left ? static_cast<int>(std::min<std::int64_t>(left->count(), 60'000)) : -1;
    const int ready = ::poll(watched.data(), watched.size(), limit);
    cancellation_.check();
    if (ready < 0 && errno != EINTR) return;
    if (watched[0].revents != 0) return;
  }
}

InputBuffer::int_type InputBuffer::underflow() {
  wait();
  const ssize_t got = ::read(descriptor_, buffer_.data(), buffer_.size());
  if (got <= 0) return traits_type::eof();
  setg(buffer_.data(), buffer_.data(), buffer_.data() + got);
  return traits_type::to_int_type(buffer_.front());
}

}  // namespace det::cli
