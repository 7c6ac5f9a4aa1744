#include "wire/login.hpp"

#include <nlohmann/json.hpp>

#include "model/error.hpp"

namespace det::wire {

std::string encode_login(const std::string& username, const std::string& hashed_password) {
  const nlohmann::ordered_json body{
      {"username", username}, {"password", hashed_password}, {"isHashed", true}};
  return body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

LoggedIn decode_login(std::string_view answer) {
  const auto document = nlohmann::json::parse(answer, nullptr, false);
  const auto invalid = [] {
    return Error(Failure::master, "the master's answer is not valid: it holds no token");
  };
  if (!document.is_object()) throw invalid();
  const auto token = document.find("token");
  if (token == document.end() || !token->is_string() || token->get_ref<const std::string&>().empty())
    throw invalid();
  LoggedIn logged_in{token->get<std::string>(), {}};
  if (const auto user = document.find("user"); user != document.end() && user->is_object()) {
    const auto name = user->find("username");
    if (name != user->end() && name->is_string()) logged_in.username = name->get<std::string>();
  }
  return logged_in;
}

}  // namespace det::wire
