#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>

#include "http/bulk.hpp"
#include "storage/transfer/part_receiver.hpp"

namespace det::storage {

// How many requests are under way at once. Twice as many are tried, at first and every two seconds, and kept
// where they move more bytes; it is half as many when the server says that it has too much to do.
class Width {
 public:
  // Of requests; at least one each.
  Width(std::size_t first, std::size_t most);

  std::size_t now() const { return now_; }
  // `arrived_bytes`: of the whole job until now. `full`: that many requests are under way.
  enum class Use { full, partial };
  void measure(std::uint64_t arrived_bytes, std::chrono::steady_clock::time_point at, Use use);
  // Of several in a moment one counts: they are answers to the same rush.
  void shrink(std::chrono::steady_clock::time_point at);

 private:
  std::size_t most_;
  std::size_t now_;
  std::size_t proved_;  // that many moved proved_rate_; more are under trial
  double proved_rate_ = 0;
  std::chrono::steady_clock::time_point tried_at_{};
  std::chrono::steady_clock::time_point measured_at_{};
  std::uint64_t measured_bytes_ = 0;
  std::chrono::steady_clock::time_point shrunk_at_{};
};

// Moves parts of one job over the connections of one Bulk until the job is over or stopped; of one thread.
class Worker {
 public:
  Worker(http::Bulk& bulk, const Asking& asking, Width width);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void run();

 private:
  void start_parts();
  void drop_ended();
  std::chrono::milliseconds longest_wait() const;

  http::Bulk& bulk_;
  const Asking& asking_;
  Width width_;
  Job::Lane lane_;
  std::list<PartReceiver> receivers_;
};

}  // namespace det::storage
