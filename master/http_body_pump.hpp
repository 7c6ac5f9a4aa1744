#pragma once

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>

#include "master/http_server.hpp"
#include "master/http_suspension.hpp"
#include "master/http_workers.hpp"

namespace det::master {

// Moves a BodyStream to a connection, one piece at a time: workers pull, the I/O thread reads what was
// pulled, and in between the connection is suspended.
class BodyPump : public std::enable_shared_from_this<BodyPump> {
 public:
  BodyPump(std::unique_ptr<BodyStream> stream, std::shared_ptr<Suspension> suspension,
           std::shared_ptr<Workers> workers);

  // On the I/O thread, as libmicrohttpd reads a body: how many bytes were put; 0 when the connection was
  // suspended until there are some; MHD_CONTENT_READER_END_OF_STREAM or MHD_CONTENT_READER_END_WITH_ERROR.
  ssize_t read(char* bytes, std::size_t size);
  // The connection is over: destroys the stream, if need be after the call that is running.
  void close();

 private:
  enum class State { held, pulling, waiting, ended, failed };

  void post_pull();
  void pull();
  State next_piece(std::string& piece);
  void introduce();
  void wake();

  std::unique_ptr<BodyStream> stream_;
  std::shared_ptr<Suspension> suspension_;
  std::shared_ptr<Workers> workers_;
  bool introduced_ = false;  // on_ready was called

  std::mutex mutex_;           // guards what follows, and stream_ where it is not being pulled
  State state_ = State::held;  // held: piece_ may be read
  std::string piece_;
  std::size_t read_ = 0;  // bytes of piece_
  bool woken_ = false;    // during a pull
  bool closed_ = false;
};

}  // namespace det::master
