#include "storage/remote_place.hpp"

#include <fmt/format.h>

#include "storage/credentials/aws_profiles.hpp"
#include "storage/credentials/azure.hpp"
#include "storage/object_prefix.hpp"
#include "storage/relative_path.hpp"
#include "storage/s3_place.hpp"

namespace det::storage {
namespace {

void require_prefix(const std::string& prefix) try {
  if (!prefix.empty()) require_relative(prefix);
} catch (const Error&) {  // said of the configuration here
  throw Error(Failure::storage, fmt::format("'{}' is not a prefix", printable(prefix)));
}

RemotePlace place_in_s3(const model::StorageConfiguration& configuration, const Surroundings& surroundings) {
  const auto place = s3_place(configuration, credentials::AwsProfiles(surroundings).endpoints("s3"));
  return {.server = place.endpoint, .bucket = place.bucket, .prefix = place.prefix};
}

RemotePlace place_in_azure(const model::StorageConfiguration& configuration,
                           const Surroundings& surroundings) {
  auto container = configuration.container;
  while (container.ends_with('/')) container.pop_back();
  return {.server = credentials::azure_account_url(configuration, surroundings),
          .bucket = std::move(container),
          .prefix = configuration.prefix};
}

}  // namespace

bool is_remote(const model::StorageConfiguration& configuration) {
  return configuration.type == "s3" || configuration.type == "gcs" || configuration.type == "azure";
}

RemotePlace remote_place(const model::StorageConfiguration& configuration, const Surroundings& surroundings) {
  if (configuration.type == "s3") return place_in_s3(configuration, surroundings);
  auto place = configuration.type == "azure" ? place_in_azure(configuration, surroundings)
                                             : RemotePlace{.server = {},
                                                           .bucket = configuration.bucket,
                                                           .prefix = normal_prefix(configuration.prefix)};
  if (place.bucket.empty()) throw Error(Failure::storage, "the storage configuration names no bucket");
  require_prefix(place.prefix);
  return place;
}

bool lies_within(const RemotePlace& inner, const RemotePlace& outer) {
  if (inner.server != outer.server || inner.bucket != outer.bucket) return false;
  return outer.prefix.empty() || inner.prefix == outer.prefix || inner.prefix.starts_with(outer.prefix + "/");
}

std::string shown_place(const model::StorageConfiguration& configuration) {
  const auto& type = configuration.type;
  const auto& top = type == "azure" ? configuration.container : configuration.bucket;
  const auto place = printable(configuration.prefix.empty() ? top : top + "/" + configuration.prefix);
  return fmt::format("{}://{}", type == "gcs" ? "gs" : type, place);
}

}  // namespace det::storage
