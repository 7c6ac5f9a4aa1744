#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>

#include "http/bulk.hpp"
#include "storage/transfer/part_receiver.hpp"

namespace det::storage {

// How many requests are under way at once: begins small, grows while that moves more bytes, and shrinks when
// the server says that it has too much to do.
class Width {
 public:
  explicit Width(std::size_t most);

  std::size_t now() const { return now_; }
  // `arrived_bytes`: of the whole job until now. `full`: that many requests are under way.
  enum class Use { full, partial };
  void measure(std::uint64_t arrived_bytes, std::chrono::steady_clock::time_point at, Use use);
  // Of several in a moment one counts: they are answers to the same rush. What was reached before is
  // forgotten.
  void shrink(std::chrono::steady_clock::time_point at);

 private:
  std::size_t most_;
  std::size_t now_;
  std::chrono::steady_clock::time_point measured_at_{};
  std::uint64_t measured_bytes_ = 0;
  std::chrono::steady_clock::time_point shrunk_at_{};
  double best_rate_ = 0;
};

// Moves parts of one job over the connections of one Bulk until the job is over or stopped; of one thread.
class Worker {
 public:
  // `most`: requests at once.
  Worker(http::Bulk& bulk, const Asking& asking, std::size_t most);
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
