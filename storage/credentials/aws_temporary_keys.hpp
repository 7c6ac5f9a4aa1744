#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "storage/signing/aws_v4.hpp"

namespace det::storage::credentials {

// Keys as the services of AWS hand them out.
struct AwsTemporaryKeys {
  signing::AwsKeys keys;
  std::optional<std::chrono::system_clock::time_point> expires = std::nullopt;  // absent: they last
};

// "2030-01-31T12:00:00Z", with parts of a second or without. Absent for anything else.
std::optional<std::chrono::system_clock::time_point> aws_time(const std::string& text);

// Reads {"AccessKeyId", "SecretAccessKey", "Token", "Expiration"}, as the metadata of instances and
// containers has it. Throws Error{storage} for an answer that is another, which it says `subject` gave.
AwsTemporaryKeys aws_keys_of_json(std::string_view json, std::string_view subject);

}  // namespace det::storage::credentials
