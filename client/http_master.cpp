#include "client/http_master.hpp"

#include "client/http_master_calls.hpp"
#include "wire/master_description.hpp"
#include "wire/user.hpp"

namespace det::client {

std::unique_ptr<Master> http_master(http::Transport& transport, Session& session) {
  return std::make_unique<HttpMaster>(Exchange(transport, session));
}

model::MasterDescription HttpMaster::description() {
  return wire::decode_master_description(
      exchange_.document({.path = "/api/v1/master", .signing = Signing::anonymous}));
}

model::User HttpMaster::me() {
  return wire::decode_user(exchange_.document({.path = "/api/v1/me"}));
}

}  // namespace det::client
