#include "storage/credentials/aws_metadata.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/url.hpp"
#include "model/error.hpp"
#include "storage/credentials/aws_profiles.hpp"
#include "storage/credentials/credential_file.hpp"
#include "storage/relative_path.hpp"
#include "storage/remote_exchange.hpp"
#include "storage/trusted_host.hpp"

namespace det::storage::credentials {
namespace {

constexpr int ok = 200;
constexpr std::string_view role_path = "/latest/meta-data/iam/security-credentials/";

Error refused(std::string_view subject, const std::string& why) {
  return Error(Failure::storage, fmt::format("{} gave no credentials: {}", subject, why));
}

std::string without_line_end(std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

// What the documents of AWS allow for plain http:// beside this machine: the agents of ECS and EKS.
bool may_give_keys(const std::string& url) {
  if (url.starts_with("https://")) return true;
  if (!url.starts_with("http://")) return false;
  if (is_loopback(url)) return true;
  constexpr std::array<std::string_view, 3> agents{"169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"};
  const auto asked = http::authority(url);
  return std::any_of(agents.begin(), agents.end(), [&](std::string_view agent) {
    return asked == agent || asked.starts_with(std::string(agent) + ":");
  });
}

std::string container_url(const Surroundings& surroundings) {
  const auto relative = variable(surroundings.environment, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  if (relative.empty()) return variable(surroundings.environment, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (relative.starts_with('/')) return "http://169.254.170.2" + relative;
  throw refused("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "it does not begin with '/'");
}

std::vector<http::Header> container_headers(const Surroundings& surroundings) {
  const auto file = variable(surroundings.environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  auto token = variable(surroundings.environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
  if (!file.empty()) {
    const auto text = credential_file(file);
    if (!text) throw refused("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "there is no " + printable(file));
    token = without_line_end(*text);
  }
  if (token.empty()) return {};
  return {{"Authorization", token}};
}

// Asks the metadata service one thing; absent when the answer is not 200.
std::optional<std::string> asked(const Surroundings& surroundings, const http::Request& request) {
  const auto answer = ask(*surroundings.transport, request);
  if (answer->status() != ok) return std::nullopt;
  return without_line_end(body_of(*answer));
}

std::string instance_endpoint(const http::Environment& environment) {
  auto endpoint = variable(environment, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
  while (endpoint.ends_with('/')) endpoint.pop_back();
  if (!endpoint.empty()) return endpoint;
  const bool ipv6 = variable(environment, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE") == "IPv6";
  return ipv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
}

std::optional<std::string> instance_token(const Surroundings& surroundings, const std::string& endpoint) {
  const http::Request request{.method = "PUT",
                              .url = endpoint + "/latest/api/token",
                              .headers = {{"X-aws-ec2-metadata-token-ttl-seconds", "21600"}}};
  try {
    return asked(surroundings, request);
  } catch (const Error& error) {  // most machines have no such service
    if (error.failure != Failure::storage) throw;
    return std::nullopt;
  }
}

}  // namespace

std::optional<AwsTemporaryKeys> aws_container_keys(const Surroundings& surroundings) {
  const auto url = container_url(surroundings);
  if (url.empty()) return std::nullopt;
  if (!may_give_keys(url)) {
    throw refused("AWS_CONTAINER_CREDENTIALS_FULL_URI",
                  fmt::format("{} is neither https:// nor this machine", printable(http::origin(url))));
  }
  const auto subject = "the container's credential service at " + printable(http::authority(url));
  const auto answer = ask(*surroundings.transport, {.url = url, .headers = container_headers(surroundings)});
  const auto body = body_of(*answer);
  if (answer->status() != ok) throw refused(subject, fmt::format("status {}", answer->status()));
  return aws_keys_of_json(body, subject);
}

std::optional<AwsTemporaryKeys> aws_instance_keys(const Surroundings& surroundings) {
  const auto disabled = variable(surroundings.environment, "AWS_EC2_METADATA_DISABLED");
  if (disabled == "true" || disabled == "TRUE" || disabled == "True") return std::nullopt;
  const auto endpoint = instance_endpoint(surroundings.environment);
  const auto token = instance_token(surroundings, endpoint);
  if (!token) return std::nullopt;
  const std::vector<http::Header> headers{{"X-aws-ec2-metadata-token", *token}};
  const auto roles_url = endpoint + std::string(role_path);
  const auto roles = asked(surroundings, {.url = roles_url, .headers = headers});
  const auto role = roles.value_or("").substr(0, roles.value_or("").find('\n'));
  if (role.empty()) return std::nullopt;
  const auto subject = "the instance metadata service";
  const auto keys = asked(surroundings, {.url = roles_url + url_encoded(role), .headers = headers});
  if (!keys) throw refused(subject, "it refused those of role " + printable(role));
  return aws_keys_of_json(*keys, subject);
}

}  // namespace det::storage::credentials
