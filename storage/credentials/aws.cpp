#include "storage/credentials/aws.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "model/error.hpp"
#include "storage/credentials/aws_metadata.hpp"
#include "storage/credentials/aws_sts.hpp"
#include "storage/credentials/credential_file.hpp"
#include "storage/relative_path.hpp"

namespace det::storage::credentials {
namespace {

// The metadata service gives new keys at least five minutes before the old ones end.
constexpr std::chrono::minutes renewed_before_end{4};
constexpr int longest_chain = 5;

Error unusable(const std::string& why) {
  return Error(Failure::storage, "no AWS credentials: " + why);
}

class Chain {
 public:
  Chain(Surroundings surroundings, AwsProfiles profiles)
      : surroundings_(std::move(surroundings)), profiles_(std::move(profiles)) {}

  AwsTemporaryKeys find() {
    if (auto keys = of_environment()) return *keys;
    const auto* profile = profiles_.find(profiles_.chosen());
    if (profile == nullptr && profiles_.chosen_by_user()) {
      throw unusable(fmt::format("there is no {}", profiles_.described()));
    }
    if (profile != nullptr && !setting(*profile, "role_arn").empty()) return of_role(*profile, longest_chain);
    if (auto keys = of_web_identity()) return *keys;
    if (profile != nullptr) {
      if (auto keys = of_profile(*profile)) return *keys;
    }
    if (auto keys = aws_container_keys(surroundings_)) return *keys;
    if (auto keys = of_instance()) return *keys;
    throw unusable(fmt::format("neither AWS_ACCESS_KEY_ID, {}, AWS_WEB_IDENTITY_TOKEN_FILE, "
                               "AWS_CONTAINER_CREDENTIALS_FULL_URI nor the instance metadata has any",
                               profiles_.described()))
        .advising("aws configure");
  }

 private:
  std::string env(const char* name) const { return variable(surroundings_.environment, name); }

  std::optional<AwsTemporaryKeys> of_environment() const {
    const auto access_key = env("AWS_ACCESS_KEY_ID");
    const auto secret_key = env("AWS_SECRET_ACCESS_KEY");
    if (access_key.empty() && secret_key.empty()) return std::nullopt;
    if (access_key.empty()) throw unusable("AWS_SECRET_ACCESS_KEY is set, but not AWS_ACCESS_KEY_ID");
    if (secret_key.empty()) throw unusable("AWS_ACCESS_KEY_ID is set, but not AWS_SECRET_ACCESS_KEY");
    return AwsTemporaryKeys{.keys = {access_key, secret_key, env("AWS_SESSION_TOKEN")}};
  }

  // A machine that has no such service may take long to say so: it is asked once.
  std::optional<AwsTemporaryKeys> of_instance() {
    if (no_instance_) return std::nullopt;
    auto keys = aws_instance_keys(surroundings_);
    no_instance_ = !keys;
    return keys;
  }

  std::optional<AwsTemporaryKeys> of_web_identity() const {
    const auto file = env("AWS_WEB_IDENTITY_TOKEN_FILE");
    const AwsRole role{.arn = env("AWS_ROLE_ARN"), .session_name = env("AWS_ROLE_SESSION_NAME")};
    if (file.empty() || role.arn.empty()) return std::nullopt;
    return assume_role_with_web_identity(sts(), role, token_in(file));
  }

  // What a profile itself holds.
  std::optional<AwsTemporaryKeys> of_profile(const AwsSettings& profile) const {
    const auto access_key = setting(profile, "aws_access_key_id");
    const auto secret_key = setting(profile, "aws_secret_access_key");
    if (!access_key.empty() && !secret_key.empty()) {
      return AwsTemporaryKeys{.keys = {access_key, secret_key, setting(profile, "aws_session_token")}};
    }
    const bool by_program = !setting(profile, "credential_process").empty();
    const bool by_sso =
        !setting(profile, "sso_session").empty() || !setting(profile, "sso_start_url").empty();
    if (!by_program && !by_sso) return std::nullopt;
    throw unusable(fmt::format("{} has them from {}, which det does not use", profiles_.described(),
                               by_program ? "a program (credential_process)" : "single sign-on"))
        .advising("eval \"$(aws configure export-credentials --format env)\"");
  }

  AwsTemporaryKeys of_role(const AwsSettings& profile, int links) const {
    const AwsRole role{.arn = setting(profile, "role_arn"),
                       .session_name = setting(profile, "role_session_name"),
                       .external_id = setting(profile, "external_id"),
                       .duration_seconds = setting(profile, "duration_seconds")};
    if (!setting(profile, "mfa_serial").empty()) {
      throw unusable(
          fmt::format("role {} of {} wants a code of a device (mfa_serial), which det does not ask for",
                      printable(role.arn), profiles_.described()))
          .advising("eval \"$(aws configure export-credentials --format env)\"");
    }
    if (const auto file = setting(profile, "web_identity_token_file"); !file.empty()) {
      return assume_role_with_web_identity(sts(), role, token_in(file));
    }
    return assume_role(sts(), role, source_of(profile, links).keys);
  }

  // Whose keys the role of a profile is assumed with.
  AwsTemporaryKeys source_of(const AwsSettings& profile, int links) const {
    const auto name = setting(profile, "source_profile");
    if (name.empty()) return of_credential_source(setting(profile, "credential_source"));
    if (links == 0) throw unusable(fmt::format("{} has too long a chain of roles", profiles_.described()));
    const auto* source = profiles_.find(name);
    if (source == nullptr) throw unusable(fmt::format("there is no source_profile {}", printable(name)));
    if (source == &profile || setting(*source, "role_arn").empty()) {
      if (auto keys = of_profile(*source)) return *keys;
      throw unusable(fmt::format("source_profile {} has no keys", printable(name)));
    }
    return of_role(*source, links - 1);
  }

  AwsTemporaryKeys of_credential_source(const std::string& name) const {
    std::optional<AwsTemporaryKeys> keys;
    if (name == "Environment") keys = of_environment();
    if (name == "EcsContainer") keys = aws_container_keys(surroundings_);
    if (name == "Ec2InstanceMetadata") keys = aws_instance_keys(surroundings_);
    if (keys) return *keys;
    throw unusable(
        fmt::format("{} assumes a role, but names neither a source_profile nor a credential_source "
                    "that has keys",
                    profiles_.described()));
  }

  std::string token_in(const std::string& file) const {
    auto token = credential_file(file);
    if (!token) throw unusable(fmt::format("there is no web identity token in {}", printable(file)));
    while (token->ends_with('\n') || token->ends_with('\r')) token->pop_back();
    return *token;
  }

  AwsSts sts() const {
    const auto endpoints = profiles_.endpoints("sts");
    return {.surroundings = surroundings_,
            .region = profiles_.region(),
            .endpoint = endpoints.empty() ? "" : endpoints.front()};
  }

  Surroundings surroundings_;
  AwsProfiles profiles_;
  bool no_instance_ = false;
};

}  // namespace

AwsLogin aws_login(const Surroundings& surroundings, const AwsProfiles& profiles) {
  return [chain = Chain(surroundings, profiles), now = surroundings.now,
          found = std::optional<AwsTemporaryKeys>()]() mutable {
    const bool ends = found && found->expires && now() + renewed_before_end >= *found->expires;
    if (!found || ends) found = chain.find();
    return found->keys;
  };
}

}  // namespace det::storage::credentials
