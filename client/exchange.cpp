#include "client/exchange.hpp"

#include "client/asking.hpp"
#include "client/refusal.hpp"
#include "model/error.hpp"
#include "wire/tree.hpp"

namespace det::client {
namespace {

constexpr std::size_t longest_body = std::size_t{128} << 20;
constexpr int ok = 200;
constexpr int unauthorized = 401;

}  // namespace

std::unique_ptr<http::Response> Exchange::open(const Call& call) {
  const bool is_signed = call.signing == Signing::signed_in;
  auto answer = send(call, is_signed ? session_.authorization() : std::string());
  if (is_signed && answer->status() == unauthorized) {
    answer.reset();
    answer = send(call, session_.renewed_authorization());
  }
  if (answer->status() != ok) throw refusal(*answer);
  return answer;
}

std::string Exchange::body(const Call& call) {
  return http::read_all(*open(call), longest_body);
}

model::Json Exchange::document(const Call& call) {
  return wire::parse_tree(body(call));
}

void Exchange::change(const Call& call) {
  if (document(call).contains("error"))
    throw Error(Failure::master, "the master's answer is not valid: it is that of a failure");
}

std::unique_ptr<http::Response> Exchange::send(const Call& call, const std::string& authorization) {
  http::Request request{.method = call.method, .url = address() + call.path};
  request.headers.push_back({"Accept", call.accept});
  if (!authorization.empty()) request.headers.push_back({"Authorization", authorization});
  if (!call.body.empty()) request.headers.push_back({"Content-Type", "application/json"});
  request.body = call.body;
  request.compressed = call.compressed;
  request.unchanging = call.unchanging;
  request.patient = call.patient;
  return ask(transport_, request);
}

}  // namespace det::client
