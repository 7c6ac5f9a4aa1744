#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/transport.hpp"

namespace det::http {

// The head of an answer, line by line as it arrives.
class AnswerHead {
 public:
  static constexpr std::size_t longest_bytes = 256 * 1024;

  // False: it has become longer than `longest_bytes`. What follows a complete head (trailers) is passed over.
  bool add_line(std::string_view line);

  bool complete() const { return complete_; }
  bool too_long() const { return bytes_ > longest_bytes; }
  int status() const { return status_; }
  // The first header of that name; absent when there is none.
  std::optional<std::string> header(std::string_view name) const;

 private:
  int status_ = 0;
  std::vector<Header> headers_;
  std::size_t bytes_ = 0;
  bool complete_ = false;
};

}  // namespace det::http
