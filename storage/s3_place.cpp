#include "storage/s3_place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "http/url.hpp"
#include "model/error.hpp"
#include "storage/credentials/aws_profiles.hpp"
#include "storage/object_prefix.hpp"
#include "storage/relative_path.hpp"
#include "storage/trusted_host.hpp"
#include "storage/url_encoding.hpp"

namespace det::storage {
namespace {

Error no_place(const std::string& why) {
  return Error(Failure::storage, "the storage configuration names no place in S3: " + why);
}

void require_bucket(const std::string& bucket) {
  constexpr std::size_t longest = 255;  // of old buckets in us-east-1
  const auto legal = [](unsigned char c) {
    return (c < 0x80 && std::isalnum(c) != 0) || c == '-' || c == '.' || c == '_';
  };
  if (bucket.empty()) throw no_place("it has no bucket");
  const bool all_legal = std::all_of(bucket.begin(), bucket.end(), legal);
  if (!all_legal || bucket.size() > longest || bucket == "." || bucket == "..") {
    throw no_place(fmt::format("'{}' is not the name of a bucket", printable(bucket)));
  }
}

// Without the port that the scheme has anyway: it is not part of what is signed.
std::string normal_authority(std::string_view scheme, std::string authority) {
  const std::string_view usual = scheme == "https://" ? ":443" : ":80";
  if (authority.ends_with(usual)) authority.resize(authority.size() - usual.size());
  std::transform(authority.begin(), authority.end(), authority.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return authority;
}

// "https://host:port/path" without a slash at its end; absent for anything but a plain URL.
std::optional<std::string> normal_endpoint(std::string_view url) {
  const std::string_view scheme = url.starts_with("https://") ? "https://" : "http://";
  if (!url.starts_with(scheme)) return std::nullopt;
  const auto rest = url.substr(scheme.size());
  const auto slash = std::min(rest.find('/'), rest.size());
  const auto authority = rest.substr(0, slash);
  auto path = rest.substr(slash);
  while (path.ends_with('/')) path.remove_suffix(1);
  const auto of_authority = [](unsigned char c) {
    return (c < 0x80 && std::isalnum(c) != 0) ||
           std::string_view("-._:[]").find(static_cast<char>(c)) != std::string_view::npos;
  };
  const bool plain = !authority.empty() && std::all_of(authority.begin(), authority.end(), of_authority) &&
                     path == url_encoded_path(path);
  if (!plain) return std::nullopt;
  return fmt::format("{}{}{}", scheme, normal_authority(scheme, std::string(authority)), path);
}

// Names that AWS gives to S3 only: "s3.eu-west-1.amazonaws.com", "s3-fips.us-east-1.amazonaws.com". Others
// below the domain belong to customers.
bool is_of_aws(const std::string& endpoint) {
  if (!is_tls_within(endpoint, {"amazonaws.com", "amazonaws.com.cn"})) return false;
  const auto host = http::authority(endpoint);
  for (const std::string_view name : {"s3.", "s3-"}) {
    if (host.starts_with(name) || host.find("." + std::string(name)) != std::string::npos) return true;
  }
  return false;
}

// Whether the certificate of AWS covers the name as one label: "*.s3.REGION.amazonaws.com".
bool is_host_label(std::string_view bucket) {
  constexpr std::size_t longest = 63;
  const auto plain = [](unsigned char c) { return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '-'; };
  return bucket.size() <= longest && std::all_of(bucket.begin(), bucket.end(), plain) &&
         !bucket.starts_with('-') && !bucket.ends_with('-');
}

}  // namespace

S3Place s3_place(const model::StorageConfiguration& configuration,
                 const std::vector<std::string>& users_endpoints) {
  require_bucket(configuration.bucket);
  S3Place place{.bucket = configuration.bucket,
                .prefix = normal_prefix(configuration.prefix),
                .endpoint = configuration.endpoint_url};
  if (place.endpoint.empty() && !users_endpoints.empty()) place.endpoint = users_endpoints.front();
  if (place.endpoint.empty()) return place;
  const auto endpoint = normal_endpoint(place.endpoint);
  if (!endpoint) {
    throw no_place(fmt::format("the endpoint '{}' is not a plain http:// or https:// URL",
                               printable(http::without_user_info(place.endpoint))));
  }
  // The one address of all regions that sends others on: we ask the right region at once.
  place.endpoint = endpoint == "https://s3.amazonaws.com" ? "" : *endpoint;
  return place;
}

bool may_have_users_keys(const S3Place& place, const std::vector<std::string>& users_endpoints) {
  if (place.endpoint.empty() || is_of_aws(place.endpoint)) return true;
  return std::any_of(users_endpoints.begin(), users_endpoints.end(), [&](const std::string& own) {
    return http::origin(normal_endpoint(own).value_or("")) == http::origin(place.endpoint);
  });
}

S3Url s3_url(const S3Place& place, const std::string& region, const std::optional<std::string>& key) {
  const auto object = key ? "/" + url_encoded_path(*key) : std::string();
  if (!place.endpoint.empty()) {
    const auto origin = http::origin(place.endpoint);
    const auto base = place.endpoint.substr(origin.size());
    return {.origin = origin, .path = fmt::format("{}/{}{}", base, place.bucket, object)};
  }
  const auto host = fmt::format("s3.{}.{}", region, credentials::aws_domain(region));
  if (!is_host_label(place.bucket)) {
    return {.origin = "https://" + host, .path = fmt::format("/{}{}", place.bucket, object)};
  }
  return {.origin = fmt::format("https://{}.{}", place.bucket, host), .path = key ? object : "/"};
}

}  // namespace det::storage
