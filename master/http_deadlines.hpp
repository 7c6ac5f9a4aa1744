#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace det::master {

// Shuts connections down whose time is over, however busy they look. One thread for all.
class Deadlines {
 public:
  Deadlines();
  Deadlines(const Deadlines&) = delete;
  Deadlines& operator=(const Deadlines&) = delete;
  ~Deadlines();

  // From any thread. The socket is forgotten before it is closed; a later call replaces an earlier one.
  // Where there is no memory for it there is no deadline: libmicrohttpd, whose callbacks ask, must see no
  // throw.
  void set(int socket, std::chrono::milliseconds from_now) noexcept;
  void forget(int socket);

 private:
  using Clock = std::chrono::steady_clock;

  void run();
  Clock::time_point shut_down_late();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<int, Clock::time_point> ends_;
  Clock::time_point next_look_;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace det::master
