#include "http/answer_head.hpp"

#include <strings.h>

#include <algorithm>
#include <charconv>

namespace det::http {
namespace {

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// Of "HTTP/1.1 200 OK"; 0 when there is none.
int status_of(std::string_view line) {
  line = without_blanks(line.substr(std::min(line.find(' '), line.size())));
  int status = 0;
  std::from_chars(line.data(), line.data() + line.size(), status);
  return status;
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

// Several heads may come: those of 1xx answers go before the real one, and trailers follow the body.
bool AnswerHead::add_line(std::string_view line) {
  if (complete_) return true;
  bytes_ += line.size();
  if (too_long()) return false;
  if (line.starts_with("HTTP/")) {
    headers_.clear();
    status_ = status_of(line);
  } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    headers_.push_back(
        {std::string(line.substr(0, colon)), std::string(without_blanks(line.substr(colon + 1)))});
  } else if (without_blanks(line).empty()) {
    complete_ = status_ >= 200;
  }
  return true;
}

std::optional<std::string> AnswerHead::header(std::string_view name) const {
  for (const auto& header : headers_) {
    if (same_name(header.name, name)) return header.value;
  }
  return std::nullopt;
}

}  // namespace det::http
