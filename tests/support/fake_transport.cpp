#include "tests/support/fake_transport.hpp"

#include <strings.h>

#include <catch2/catch.hpp>
#include <exception>
#include <stdexcept>
#include <utility>

namespace det::testing {
namespace {

std::optional<std::string> find(const std::vector<http::Header>& headers, std::string_view name) {
  for (const auto& header : headers) {
    if (strcasecmp(header.name.c_str(), std::string(name).c_str()) == 0) return header.value;
  }
  return std::nullopt;
}

class FakeResponse final : public http::Response {
 public:
  explicit FakeResponse(Answer answer) : answer_(std::move(answer)) {}

  int status() const override { return answer_.status; }
  std::optional<std::string> header(std::string_view name) const override {
    return find(answer_.headers, name);
  }

  std::string_view next() override {
    while (position_ < answer_.chunks.size()) {
      const auto& chunk = answer_.chunks[position_++];
      if (!chunk.empty()) return chunk;
    }
    if (answer_.broken_by) throw *answer_.broken_by;
    return {};
  }

 private:
  Answer answer_;
  std::size_t position_ = 0;
};

}  // namespace

FakeTransport::~FakeTransport() {
  if (std::uncaught_exceptions() > 0) return;
  for (const auto& expected : script_) FAIL_CHECK("a request never came: " << expected.line);
}

FakeTransport& FakeTransport::expect(std::string line, Answer answer) {
  script_.push_back({std::move(line), std::nullopt, std::move(answer), std::nullopt});
  return *this;
}

FakeTransport& FakeTransport::expect(std::string line, std::string body, Answer answer) {
  script_.push_back({std::move(line), std::move(body), std::move(answer), std::nullopt});
  return *this;
}

FakeTransport& FakeTransport::expect_failing(std::string line, Error error) {
  script_.push_back({std::move(line), std::nullopt, {}, std::move(error)});
  return *this;
}

std::unique_ptr<http::Response> FakeTransport::send(const http::Request& request) {
  requests_.push_back(request);
  const std::string line = request.method + " " + request.url;
  if (script_.empty()) throw std::logic_error("unexpected request: " + line);
  if (script_.front().line != line) {
    throw std::logic_error("unexpected request: " + line + "\n          expected: " + script_.front().line);
  }
  if (script_.front().body && *script_.front().body != request.body) {
    throw std::logic_error("unexpected body of " + line + ": " + request.body +
                           "\nexpected: " + *script_.front().body);
  }
  const Expected expected = std::move(script_.front());
  script_.pop_front();
  if (expected.failure) throw *expected.failure;
  return std::make_unique<FakeResponse>(expected.answer);
}

Answer answer(int status, std::string body) {
  Answer made;
  made.status = status;
  made.chunks.push_back(std::move(body));
  return made;
}

std::optional<std::string> header(const http::Request& request, const std::string& name) {
  return find(request.headers, name);
}

}  // namespace det::testing
