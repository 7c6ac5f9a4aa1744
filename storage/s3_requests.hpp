#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/transport.hpp"
#include "model/storage_configuration.hpp"
#include "storage/credentials/aws.hpp"
#include "storage/remote_store.hpp"
#include "storage/s3_place.hpp"
#include "storage/signing/aws_v4.hpp"
#include "storage/url_encoding.hpp"

namespace det::storage {

// What is asked of a bucket.
struct S3Call {
  std::string method = "GET";
  std::optional<std::string> key = std::nullopt;  // absent: of the bucket itself
  Parameters query = {};
  std::vector<http::Header> headers = {};
  std::string body = {};
};

struct S3Answer {
  std::unique_ptr<http::Response> response;
  std::string refusal = {};  // the body of an answer that is no success; else it is still to be read

  int status() const { return response->status(); }
  bool succeeded() const { return status() >= 200 && status() < 300; }
};

// Signs what is asked of one bucket, and asks it.
class S3Requests {
 public:
  // `trusted`: an endpoint that gets the user's keys beside those that the environment names; may be empty.
  // Throws Error{storage} for a configuration that names no place.
  S3Requests(const model::StorageConfiguration& configuration, const Surroundings& surroundings,
             const std::string& trusted);

  const S3Place& place() const { return place_; }

  // The request, signed at this moment. Throws Error: storage when there are no credentials, permission when
  // there are, but they may not go there.
  http::Request signed_request(S3Call call);
  // Asks, whatever the status of the answer; in the region that the bucket turns out to lie in. Throws
  // Error{storage} when there is no answer, and as signed_request().
  S3Answer send(S3Call call);

 private:
  bool learns_region(const S3Answer& answer);

  std::shared_ptr<http::Transport> transport_;
  std::function<std::chrono::system_clock::time_point()> now_;
  S3Place place_;
  std::string region_;
  credentials::AwsLogin login_;
  std::optional<signing::AwsV4Signer> signer_;
};

}  // namespace det::storage
