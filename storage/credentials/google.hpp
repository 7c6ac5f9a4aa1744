#pragma once

#include "storage/credentials/access_token.hpp"

namespace det::storage::credentials {

// Access to Google Cloud Storage with the credentials that Google's own tools would take: the file that
// GOOGLE_APPLICATION_CREDENTIALS names, else gcloud's default login (application_default_credentials.json in
// CLOUDSDK_CONFIG or ~/.config/gcloud), else the metadata server of a machine of Google's (GCE_METADATA_HOST
// or metadata.google.internal). Looks for them when it is first called; then throws Error{storage} when there
// are none, saying what was looked at. What a file holds goes to Google over TLS, or to a loopback address,
// and nowhere else.
Authorization google_authorization(const Surroundings& surroundings);

}  // namespace det::storage::credentials
