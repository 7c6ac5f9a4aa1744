#pragma once

#include <memory>
#include <string>

#include "client/master.hpp"
#include "client/session.hpp"
#include "client/token_store.hpp"
#include "model/error.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/never_cancelled.hpp"
#include "tests/support/temporary_directory.hpp"

namespace det::testing {

// The HTTP master http://m:8080 over a scripted transport, asked with the token "T", which needs no login.
struct AskedMaster {
  AskedMaster() : AskedMaster(client::Identity{.auth_token = "T"}) {}
  explicit AskedMaster(client::Identity identity);

  TemporaryDirectory directory;
  FakeTransport transport;
  NeverCancelled never;
  client::TokenStore tokens;
  client::Session session;
  std::unique_ptr<client::Master> master;
};

// The Error that `attempt` ends in; an unclassified one, "no error", when it ends well.
template <typename Attempt>
Error error_of(const Attempt& attempt) {
  try {
    attempt();
  } catch (const Error& error) {
    return error;
  }
  return Error(Failure::unclassified, "no error");
}

}  // namespace det::testing
