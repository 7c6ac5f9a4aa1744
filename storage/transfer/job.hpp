#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "http/retry.hpp"
#include "model/error.hpp"
#include "storage/descriptor.hpp"
#include "storage/digest.hpp"
#include "storage/transfer/hash_front.hpp"
#include "storage/transfer/incoming_file.hpp"

namespace det::storage {

// A piece of a file that one request asks for.
struct Part {
  IncomingFile* file = nullptr;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  HashFront* front = nullptr;  // told of its bytes where a digest of a file in parts is computed
  int retries = 0;             // attempts without progress before this one
};

// What a worker has done, for the thread in charge.
struct Done {
  IncomingFile* file = nullptr;
  FinishedRange piece = {};  // that lies in the file now
  bool ends_part = false;    // the part that was taken has come whole
  // Set by the piece that completes a file which came as one: of all its bytes, computed as they came.
  std::vector<Digest> digests = {};
  // What the answer stated of the object, where the list had said nothing.
  std::optional<Digest> stated = std::nullopt;
};

// The work that is shared between the workers of one fetch and the thread in charge of it. Any thread may
// call anything.
class Job {
 public:
  // Which file a worker is at: it takes its parts one after the other, and then those of a file at which
  // nobody else is, while there is one. Two that write one file wait for each other in the kernel.
  struct Lane {
    std::optional<std::size_t> file;  // its place in the job
  };

  // The parts of one file stand one after the other.
  Job(std::vector<Part> parts, const http::RetryRule& rule);

  // The next part that is due; absent: none now, or the job is stopped.
  std::optional<Part> take(Lane& lane);
  // When the next waiting part is due, counted from now; absent: nothing waits.
  std::optional<std::chrono::milliseconds> next_due() const;
  // Waits until a part may be there, no longer than `longest`.
  void wait_for_parts(std::chrono::milliseconds longest);

  // What has become of a part that was taken.
  void finished(Done done);
  void try_again(const Part& part, std::chrono::milliseconds delay);
  // The first failure stops the job.
  void fail(const Error& error);
  void stop();
  bool stopped() const { return stopped_; }

  // For the thread in charge. What was done since the last call.
  std::vector<Done> take_done();
  // Nothing is left to do, or to be taken by take_done(). Throws the failure.
  bool over() const;
  // Readable when take_done() is worth calling: many small files have come, or a piece of a large one, or the
  // job is over. Whoever waits for it looks from time to time.
  int news_descriptor() const { return news_.number(); }
  // The bytes that have arrived so far, of whatever becomes of them.
  std::atomic<std::uint64_t> arrived_bytes{0};

  const http::RetryRule& rule() const { return rule_; }

 private:
  using Clock = std::chrono::steady_clock;

  // Those of one file that nobody has taken, by their places in parts_.
  struct FileParts {
    std::size_t next = 0;
    std::size_t end = 0;
    std::size_t lanes = 0;  // that are at it
  };

  void move_on(Lane& lane);
  void tell();

  const http::RetryRule& rule_;
  mutable std::mutex mutex_;
  std::condition_variable parts_changed_;
  std::vector<Part> parts_;
  std::vector<FileParts> files_;
  std::size_t untaken_;  // parts
  std::multimap<Clock::time_point, Part> waiting_;
  std::size_t taken_ = 0;  // parts in the hands of workers
  std::vector<Done> done_;
  std::optional<Error> failure_;
  std::atomic<bool> stopped_{false};
  Descriptor news_;
};

}  // namespace det::storage
