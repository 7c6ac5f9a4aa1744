#pragma once

#include <memory>
#include <string>

#include "client/session.hpp"
#include "http/transport.hpp"
#include "model/json.hpp"

namespace det::client {

enum class Signing { signed_in, anonymous };

struct Call {
  std::string method = "GET";
  std::string path;  // with its query, encoded
  std::string accept = "application/json";
  std::string body = {};  // JSON; empty: none
  bool compressed = true;
  bool unchanging = false;  // as http::Request has it
  bool patient = false;     // the same
  Signing signing = Signing::signed_in;
};

// Requests to one master and its answers: signed, once more with a renewed token after a 401, and every
// status but 200 turned into the Error that it means.
class Exchange {
 public:
  Exchange(http::Transport& transport, Session& session) : transport_(transport), session_(session) {}

  const std::string& address() const { return session_.address(); }

  // The answer, whose status is 200; its body has not been read.
  std::unique_ptr<http::Response> open(const Call& call);
  // The whole body of the answer, at most 128 MiB.
  std::string body(const Call& call);
  // The same as a JSON object.
  model::Json document(const Call& call);
  // The same of a change whose answer says nothing. One that says an error in spite of its status is refused.
  void change(const Call& call);

 private:
  std::unique_ptr<http::Response> send(const Call& call, const std::string& authorization);

  http::Transport& transport_;
  Session& session_;
};

}  // namespace det::client
