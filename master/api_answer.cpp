#include "master/api_answer.hpp"

#include <array>
#include <utility>

#include "wire/json_text.hpp"

namespace det::master {
namespace {

// A status of HTTP with gRPC's number and word for it.
struct Status {
  int http = 500;
  int grpc = 13;
  std::string_view reason = "Internal";
  std::string_view phrase = "Internal Server Error";
};

Status status_of(const Error& error) {
  switch (error.failure) {
    case Failure::usage:
      return {400, 3, "InvalidArgument", "Bad Request"};
    case Failure::permission:
      if (error.http_status == 403) return {403, 7, "PermissionDenied", "Forbidden"};
      return {401, 16, "Unauthenticated", "Unauthorized"};
    case Failure::not_found:
      return {404, 5, "NotFound", "Not Found"};
    case Failure::held:
      return {409, 6, "AlreadyExists", "Conflict"};
    case Failure::local_disk:
      return {507, 8, "ResourceExhausted", "Insufficient Storage"};
    default:
      return {};
  }
}

class Pieces final : public BodyStream {
 public:
  explicit Pieces(std::function<std::string()> next) : next_(std::move(next)) {}
  Step next(std::string& piece) override {
    piece = next_();
    return piece.empty() ? Step::end : Step::more;
  }

 private:
  std::function<std::string()> next_;
};

Response json_response(int status, std::string json) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(json)};
}

Response stream_failure_answer(const Error& error) {
  const auto status = status_of(error);
  const auto inner = wire::ObjectText()
                         .integer("grpcCode", status.grpc)
                         .integer("httpCode", status.http)
                         .text("message", error.message)
                         .text("httpStatus", status.phrase)
                         .document("details", "[]")
                         .finish();
  return json_response(status.http, wire::ObjectText().document("error", inner).finish());
}

}  // namespace

Response json_answer(std::string json) {
  return json_response(200, std::move(json));
}

Response empty_answer() {
  return json_answer("{}");
}

Response failure_answer(std::string_view path, const Error& error) {
  const auto status = status_of(error);
  if (!path.starts_with("/api/v1/")) {
    return json_response(status.http, wire::ObjectText().text("message", error.message).finish() + "\n");
  }
  const auto inner = wire::ObjectText()
                         .integer("code", status.grpc)
                         .text("reason", status.reason)
                         .text("error", error.message)
                         .finish();
  return json_response(status.http, wire::ObjectText().document("error", inner).finish() + "\n");
}

Answering streaming(Answering answer) {
  return [answer = std::move(answer)](const Call& call) {
    try {
      return answer(call);
    } catch (const Error& error) {
      return stream_failure_answer(error);
    }
  };
}

Response pieces_answer(std::function<std::string()> next) {
  return {.status = 200,
          .headers = {{"Content-Type", "application/json"}},
          .stream = std::make_unique<Pieces>(std::move(next))};
}

Response stream_answer(std::function<std::string()> next) {
  return pieces_answer([next = std::move(next)] {
    const auto value = next();
    return value.empty() ? value : wire::ObjectText().document("result", value).finish() + "\n";
  });
}

}  // namespace det::master
