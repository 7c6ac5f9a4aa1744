#pragma once

#include <optional>

#include "storage/credentials/aws_temporary_keys.hpp"
#include "storage/remote_store.hpp"

namespace det::storage::credentials {

// The keys of the container that this runs in, from the address in AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or
// AWS_CONTAINER_CREDENTIALS_FULL_URI, authorised by AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE or
// AWS_CONTAINER_AUTHORIZATION_TOKEN. Absent: neither address is set. Throws Error{storage}, also for an
// address that is neither https:// nor this machine or its host.
std::optional<AwsTemporaryKeys> aws_container_keys(const Surroundings& surroundings);

// The keys of the instance that this runs on, by its metadata service in version 2 ("Retrieve security
// credentials from instance metadata", Amazon EC2 User Guide); AWS_EC2_METADATA_SERVICE_ENDPOINT moves it.
// Absent: there is no such service, it gives this instance no role, or AWS_EC2_METADATA_DISABLED is true.
// Throws Error{storage} when it names a role and then fails.
std::optional<AwsTemporaryKeys> aws_instance_keys(const Surroundings& surroundings);

}  // namespace det::storage::credentials
