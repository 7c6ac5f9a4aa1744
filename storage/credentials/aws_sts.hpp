#pragma once

#include <string>

#include "storage/credentials/aws_temporary_keys.hpp"
#include "storage/remote_store.hpp"

namespace det::storage::credentials {

struct AwsRole {
  std::string arn;
  std::string session_name = {};      // empty: one of ours
  std::string external_id = {};       // empty: none
  std::string duration_seconds = {};  // empty: as AWS sees fit
};

// AWS Security Token Service, which gives temporary keys for a role ("AWS STS API Reference", version
// 2011-06-15).
struct AwsSts {
  const Surroundings& surroundings;
  std::string region;
  std::string endpoint;  // empty: AWS's own, in the region
};

// The role's keys in exchange for those of someone who may assume it. Throws Error{storage}.
AwsTemporaryKeys assume_role(const AwsSts& sts, const AwsRole& role, const signing::AwsKeys& keys);
// The same in exchange for a token of an identity provider; the call needs no keys.
AwsTemporaryKeys assume_role_with_web_identity(const AwsSts& sts, const AwsRole& role,
                                               const std::string& token);

}  // namespace det::storage::credentials
