#include "master/http_body_pump.hpp"

#include <microhttpd.h>

#include <algorithm>
#include <utility>

namespace det::master {

BodyPump::BodyPump(std::unique_ptr<BodyStream> stream, std::shared_ptr<Suspension> suspension,
                   std::shared_ptr<Workers> workers)
    : stream_(std::move(stream)), suspension_(std::move(suspension)), workers_(std::move(workers)) {}

ssize_t BodyPump::read(char* bytes, std::size_t size) {
  const std::lock_guard lock(mutex_);
  if (read_ < piece_.size()) {
    const auto count = std::min(size, piece_.size() - read_);
    std::copy_n(piece_.data() + read_, count, bytes);
    read_ += count;
    return static_cast<ssize_t>(count);
  }
  if (state_ == State::ended) return MHD_CONTENT_READER_END_OF_STREAM;
  if (state_ != State::held || !suspension_->suspend()) return MHD_CONTENT_READER_END_WITH_ERROR;
  state_ = State::pulling;
  post_pull();
  return 0;
}

void BodyPump::close() {
  std::shared_ptr<BodyStream> over;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    if (state_ != State::pulling) over = std::move(stream_);
  }
  // Its destructor may take long, which the I/O thread must not.
  if (over) workers_->post([doomed = std::move(over)] {});
}

void BodyPump::post_pull() {
  workers_->post([self = shared_from_this()] { self->pull(); });
}

// Runs while the state is `pulling`, when nobody else touches the stream.
void BodyPump::pull() {
  std::unique_ptr<BodyStream> over;  // destroyed when the lock is no longer held
  std::string piece;
  auto state = next_piece(piece);
  const std::lock_guard lock(mutex_);
  const bool again = std::exchange(woken_, false) && state == State::waiting;
  if (closed_) {
    state_ = State::failed;
    over = std::move(stream_);
    return;
  }
  state_ = again ? State::pulling : state;
  if (again) return post_pull();
  if (state == State::waiting) return;
  piece_ = std::move(piece);
  read_ = 0;
  suspension_->resume();
}

BodyPump::State BodyPump::next_piece(std::string& piece) {
  try {
    if (!std::exchange(introduced_, true)) introduce();
    auto step = BodyStream::Step::more;
    while (step == BodyStream::Step::more && piece.empty()) step = stream_->next(piece);
    if (step == BodyStream::Step::end) return State::ended;
    return piece.empty() ? State::waiting : State::held;
  } catch (...) {  // whatever a stream throws: the connection is cut, the worker goes on
    piece.clear();
    return State::failed;
  }
}

void BodyPump::introduce() {
  stream_->on_ready([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->wake();
  });
}

void BodyPump::wake() {
  const std::lock_guard lock(mutex_);
  if (state_ == State::pulling) woken_ = true;
  if (state_ != State::waiting || closed_) return;
  state_ = State::pulling;
  post_pull();
}

}  // namespace det::master
