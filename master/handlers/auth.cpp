#include "master/api_answer.hpp"
#include "master/bearer.hpp"
#include "master/handlers/handlers.hpp"
#include "master/repository/users.hpp"
#include "wire/answers.hpp"
#include "wire/json_text.hpp"
#include "wire/requests.hpp"

namespace det::master::handlers {
namespace {

// A wrong password is answered late, without keeping a worker waiting.
void login(Services& services, const Call& call, const Responder& responder) {
  const auto asked = wire::decode_login_request(call.request.body);
  const auto signed_in = services.accounts.sign_in(asked.username, asked.password, asked.hashed);
  if (signed_in) {
    return responder.send(json_answer(wire::ObjectText()
                                          .text("token", signed_in->token)
                                          .document("user", wire::user_text(signed_in->user))
                                          .finish()));
  }
  const Error refused(Failure::permission, "invalid credentials");
  services.timer.after(services.accounts.penalty(), [responder, path = call.request.path, refused] {
    responder.send(failure_answer(path, refused));
  });
}

Response logout(Services& services, const Call& call) {
  services.accounts.sign_out(bearer_token(call.request));
  return empty_answer();
}

std::string wrapped(const model::UserRecord& user) {
  return wire::ObjectText().document("user", wire::user_text(user)).finish();
}

Response list(Services& services, const Call& call) {
  const auto active = call.query.flag("active");
  auto users =
      services.database.read([](Connection& connection) { return repository::list_users(connection); });
  if (active) std::erase_if(users, [&](const auto& user) { return user.active != *active; });
  const auto count = static_cast<std::int64_t>(users.size());
  return json_answer(
      wire::ObjectText()
          .document("users", wire::array_text(users, [](const auto& user) { return wire::user_text(user); }))
          .document("pagination", wire::pagination_text({.count = count, .total = count}))
          .finish());
}

Response user(Services& services, const Call& call) {
  const auto id = call.id(0, "user_id");
  const auto found =
      services.database.read([&](Connection& connection) { return repository::user_by_id(connection, id); });
  if (!found) throw Error(Failure::not_found, "user '" + call.words[0] + "' not found");
  return json_answer(wrapped(*found));
}

Response user_by_name(Services& services, const Call& call) {
  const auto found = services.database.read(
      [&](Connection& connection) { return repository::find_user(connection, call.words[0]); });
  if (!found) throw Error(Failure::not_found, "user '" + call.words[0] + "' not found");
  return json_answer(wrapped(found->user));
}

}  // namespace

std::vector<Route> auth(Services& services) {
  return {
      {.method = "POST",
       .pattern = "/api/v1/auth/login",
       .answer = {},
       .access = Access::anyone,
       .answer_later = [&](const Call& call,
                           const Responder& responder) { login(services, call, responder); }},
      {"POST", "/api/v1/auth/logout", [&](const Call& call) { return logout(services, call); }},
      {"GET", "/api/v1/me", [](const Call& call) { return json_answer(wrapped(call.user)); }},
      {"GET", "/api/v1/users", [&](const Call& call) { return list(services, call); }},
      {"GET", "/api/v1/users/{id}/by-username",
       [&](const Call& call) { return user_by_name(services, call); }},
      {"GET", "/api/v1/users/{id}", [&](const Call& call) { return user(services, call); }},
  };
}

}  // namespace det::master::handlers
