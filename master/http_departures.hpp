#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "master/http_suspension.hpp"
#include "storage/descriptor.hpp"

namespace det::master {

// The clients that await an answer or take one. libmicrohttpd does not look at the sockets of suspended
// connections, so a thread of its own notices here which clients leave.
class Departures {
 public:
  using Ticket = std::uint64_t;

  Departures();
  Departures(const Departures&) = delete;
  Departures& operator=(const Departures&) = delete;
  ~Departures();

  // Calls leave() once the client of `socket` closes its side. 0 when no more are let in.
  Ticket watch(int socket, std::shared_ptr<Suspension> suspension);
  // The answer is over; `socket` is still open. 0 is no ticket.
  void forget(Ticket ticket, int socket);

  // Lets no more in, waits until those who are in are done, or until the grace is over, and sends away the
  // rest.
  void close(std::chrono::milliseconds grace);

 private:
  void run();
  void notice(Ticket ticket);

  storage::Descriptor poll_;
  storage::Descriptor stop_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable forgotten_;
  std::map<Ticket, std::shared_ptr<Suspension>> present_;
  Ticket last_ = 0;
  bool closed_ = false;
  std::thread thread_;
};

}  // namespace det::master
