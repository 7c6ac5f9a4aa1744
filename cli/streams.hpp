#pragma once

#include <array>
#include <exception>
#include <istream>
#include <mutex>
#include <ostream>
#include <streambuf>
#include <vector>

#include "http/cancellation.hpp"

namespace det::cli {

// Whoever reads our output has closed it: the command ends quietly.
struct ClosedPipe final : std::exception {};

// What becomes of output that cannot be written: an answer must arrive, a remark may be lost.
enum class Writing { must_succeed, may_fail };

// Writes to a descriptor through one large buffer. What was not flushed can still be taken back, so that a
// command that fails early leaves its output empty. Where writing must succeed, throws ClosedPipe, or
// Error{local_disk} where the output lies on a full disk, and waiting for whoever reads it ends with
// Cancellation's error when it is time to stop; of one thread then. Remarks come from any thread: what is
// given at once stays together.
class OutputBuffer final : public std::streambuf {
 public:
  OutputBuffer(int descriptor, std::size_t size_bytes, Writing writing,
               const http::Cancellation& cancellation);

  // Forgets what has not been written yet, when nothing has been written at all.
  void take_back();

 protected:
  std::streamsize xsputn(const char* text, std::streamsize size) override;
  int_type overflow(int_type character) override;
  int sync() override;

 private:
  std::unique_lock<std::recursive_mutex> locked();
  void write_out();
  void wait(bool was_cut_short) const;

  int descriptor_;
  Writing writing_;
  const http::Cancellation& cancellation_;
  std::vector<char> buffer_;
  bool written_ = false;
  std::recursive_mutex mutex_;  // of remarks; its calls come through each other
};

// Reads a descriptor as it comes. Waiting for input ends with Cancellation's error when it is time to stop.
class InputBuffer final : public std::streambuf {
 public:
  InputBuffer(int descriptor, const http::Cancellation& cancellation)
      : descriptor_(descriptor), cancellation_(cancellation) {}

 protected:
  int_type underflow() override;

 private:
  void wait() const;

  int descriptor_;
  const http::Cancellation& cancellation_;
  std::array<char, 4096> buffer_{};
};

}  // namespace det::cli
