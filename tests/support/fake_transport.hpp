#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "http/transport.hpp"
#include "model/error.hpp"

namespace det::testing {

// What the fake answers to one request.
struct Answer {
  int status = 200;
  std::vector<http::Header> headers = {};
  std::vector<std::string> chunks = {};  // of the body; an empty one is left out
  std::optional<Error> broken_by = {};   // thrown after the last chunk, in place of the body's end
};

// Answers a script of requests in its order. An unexpected request is a std::logic_error that names it;
// expected ones that never came fail the running test, by name, when the fake goes.
class FakeTransport final : public http::Transport {
 public:
  FakeTransport() = default;
  FakeTransport(const FakeTransport&) = delete;
  FakeTransport& operator=(const FakeTransport&) = delete;
  ~FakeTransport() override;

  // `line` is the method and the whole URL, query and all: "GET http://m:8080/info?a=b".
  FakeTransport& expect(std::string line, Answer answer);
  // The same with the body that must come.
  FakeTransport& expect(std::string line, std::string body, Answer answer);
  // The request ends in this error: no head arrives.
  FakeTransport& expect_failing(std::string line, Error error);

  std::unique_ptr<http::Response> send(const http::Request& request) override;

  // What came so far, in its order.
  const std::vector<http::Request>& requests() const { return requests_; }

 private:
  struct Expected {
    std::string line;
    std::optional<std::string> body;
    Answer answer;
    std::optional<Error> failure;
  };

  std::deque<Expected> script_;
  std::vector<http::Request> requests_;
};

// An answer of one piece.
Answer answer(int status, std::string body);

// The value of the request's first header of that name; absent when there is none.
std::optional<std::string> header(const http::Request& request, const std::string& name);

}  // namespace det::testing
