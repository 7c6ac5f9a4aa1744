#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "storage/remote_store.hpp"

namespace det::storage::credentials {

// Names and values of one section of an AWS file. Those of a nested section, as
// "s3 =\n  endpoint_url = URL", are called "s3.endpoint_url".
using AwsSettings = std::map<std::string, std::string, std::less<>>;
using AwsSections = std::map<std::string, AwsSettings, std::less<>>;

// The sections of ~/.aws/config or ~/.aws/credentials, by their names as they stand there ("profile dev").
// Comments and lines that are neither a section nor a setting are passed over, as the native tools do.
AwsSections aws_sections(std::string_view text);

// Whether the text can be the name of a region, which becomes part of a host's name.
bool is_aws_region(std::string_view text);

// "amazonaws.com", or what stands for it in China.
std::string_view aws_domain(std::string_view region);

// What the user's own files and variables say of AWS: AWS_SHARED_CREDENTIALS_FILE or ~/.aws/credentials,
// AWS_CONFIG_FILE or ~/.aws/config, AWS_PROFILE.
class AwsProfiles {
 public:
  // Throws Error{storage} for a file that cannot be read or is longer than a mebibyte.
  explicit AwsProfiles(const Surroundings& surroundings);

  // The profile in use; nothing need be known of it.
  const std::string& chosen() const { return chosen_; }
  bool chosen_by_user() const { return chosen_by_user_; }
  // For messages: "profile dev of ~/.aws/credentials and ~/.aws/config", as whole paths.
  std::string described() const;
  // What both files say of a profile, the credentials file first; null when neither does.
  const AwsSettings* find(std::string_view profile) const;
  // AWS_REGION, AWS_DEFAULT_REGION, that of the profile, us-east-1. Throws Error{storage} for what is none.
  std::string region() const;
  // The endpoints that the user set for a service ("s3", "sts"), the one in use first: AWS_ENDPOINT_URL_S3,
  // AWS_ENDPOINT_URL, and those of the profile.
  std::vector<std::string> endpoints(const std::string& service) const;

 private:
  http::Environment environment_;
  std::filesystem::path credentials_file_;
  std::filesystem::path config_file_;
  std::string chosen_;
  bool chosen_by_user_ = false;
  AwsSections profiles_;
  AwsSections services_;
};

// A variable of the environment; empty when it is not set.
std::string variable(const http::Environment& environment, const std::string& name);

// A setting; empty when there is none.
std::string setting(const AwsSettings& settings, std::string_view name);

}  // namespace det::storage::credentials
