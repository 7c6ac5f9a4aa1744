#include "wire/login.hpp"

#include <algorithm>

#include "model/json.hpp"
#include "wire/object.hpp"
#include "wire/tree.hpp"

namespace det::wire {

std::string encode_login(const std::string& username, const std::string& hashed_password) {
  const model::Json body{{"username", username}, {"password", hashed_password}, {"isHashed", true}};
  return body.dump(-1, ' ', false, model::Json::error_handler_t::replace);
}

std::string decode_login(std::string_view answer) {
  const auto tree = parse_tree(answer);
  const Object object(tree, Place{});
  auto token = object.text("token");
  const bool printable = std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (token.empty() || !printable) invalid(object.at("token"), "is no token");
  return token;
}

}  // namespace det::wire
