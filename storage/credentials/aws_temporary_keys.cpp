#include "storage/credentials/aws_temporary_keys.hpp"

#include <fmt/format.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "model/error.hpp"

namespace det::storage::credentials {
namespace {

using Json = nlohmann::json;

std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::optional<std::chrono::system_clock::time_point> aws_time(const std::string& text) {
  std::tm parts{};
  const char* rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr || !text.ends_with('Z')) return std::nullopt;
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

AwsTemporaryKeys aws_keys_of_json(std::string_view json, std::string_view subject) {
  const auto parsed = Json::parse(json, nullptr, false);
  AwsTemporaryKeys found;
  if (parsed.is_object()) {
    found.keys = {text_of(parsed, "AccessKeyId"), text_of(parsed, "SecretAccessKey"),
                  text_of(parsed, "Token")};
    found.expires = aws_time(text_of(parsed, "Expiration"));
  }
  if (!found.keys.access_key.empty() && !found.keys.secret_key.empty()) return found;
  throw Error(Failure::storage, fmt::format("{} gave no valid credentials", subject));
}

}  // namespace det::storage::credentials
