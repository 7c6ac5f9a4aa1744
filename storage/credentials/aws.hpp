#pragma once

#include <functional>

#include "storage/credentials/aws_profiles.hpp"
#include "storage/remote_store.hpp"
#include "storage/signing/aws_v4.hpp"

namespace det::storage::credentials {

// The keys to sign with at this moment. Throws Error{storage} when there are none to be had.
using AwsLogin = std::function<signing::AwsKeys()>;

// The credentials that AWS's own tools would take, in their order: AWS_ACCESS_KEY_ID and
// AWS_SECRET_ACCESS_KEY with AWS_SESSION_TOKEN; a role that the profile assumes; AWS_WEB_IDENTITY_TOKEN_FILE
// with AWS_ROLE_ARN; the keys of the profile; those of the container; those of the instance. Looks for them
// when it is first called, and again some minutes before they end; what it throws when there are none says
// what was looked at. Programs that a profile names (credential_process) are not started, and no browser is
// opened for single sign-on: the error says how to go on.
AwsLogin aws_login(const Surroundings& surroundings, const AwsProfiles& profiles);

}  // namespace det::storage::credentials
