#include "storage/s3_requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "http/url.hpp"
#include "model/error.hpp"
#include "storage/credentials/aws_profiles.hpp"
#include "storage/relative_path.hpp"
#include "storage/remote_exchange.hpp"
#include "storage/s3_answers.hpp"

namespace det::storage {
namespace {

// A master shows the keys of a configuration as asterisks.
bool is_given(const std::string& key) {
  return key.find_first_not_of('*') != std::string::npos;
}

credentials::AwsLogin login(const model::StorageConfiguration& configuration, const S3Place& place,
                            const Surroundings& surroundings, const credentials::AwsProfiles& profiles,
                            const std::string& trusted) {
  const signing::AwsKeys beside{configuration.access_key, configuration.secret_key};
  if (is_given(beside.access_key) && is_given(beside.secret_key)) return [beside] { return beside; };
  auto endpoints = profiles.endpoints("s3");
  endpoints.push_back(trusted);
  if (may_have_users_keys(place, endpoints)) {
    return credentials::aws_login(surroundings, profiles);
  }
  const auto untrusted =
      Error(
          Failure::permission,
          fmt::format("the experiment's storage configuration names {}, which is neither AWS nor an endpoint "
                      "that you have set: your AWS credentials are not sent there",
                      printable(http::origin(place.endpoint))))
          .advising("export AWS_ENDPOINT_URL_S3=" + place.endpoint);
  return [untrusted]() -> signing::AwsKeys { throw untrusted; };
}

}  // namespace

S3Requests::S3Requests(const model::StorageConfiguration& configuration, const Surroundings& surroundings,
                       const std::string& trusted)
    : transport_(surroundings.transport), now_(surroundings.now) {
  const credentials::AwsProfiles profiles(surroundings);
  place_ = s3_place(configuration, profiles.endpoints("s3"));
  region_ = profiles.region();
  login_ = login(configuration, place_, surroundings, profiles, trusted);
}

http::Request S3Requests::signed_request(S3Call call) {
  auto keys = login_();
  if (!signer_ || signer_->keys() != keys) signer_.emplace(std::move(keys), region_, "s3");
  const auto url = s3_url(place_, region_, call.key);
  const auto query = query_text(call.query);
  const auto hash =
      call.body.empty() ? std::string(signing::empty_payload_hash) : signing::payload_hash(call.body);
  auto headers = signer_->headers({.method = call.method,
                                   .host = http::authority(url.origin),
                                   .path = url.path,
                                   .query = std::move(call.query),
                                   .headers = std::move(call.headers),
                                   .payload_hash = hash},
                                  now_());
  return {.method = std::move(call.method),
          .url = url.origin + url.path + (query.empty() ? "" : "?" + query),
          .headers = std::move(headers),
          .body = std::move(call.body)};
}

S3Answer S3Requests::send(S3Call call) {
  const auto sent = [this](const http::Request& request) {
    S3Answer answer{.response = ask(*transport_, request)};
    if (!answer.succeeded()) answer.refusal = body_of(*answer.response);
    return answer;
  };
  S3Call again = {call.method, call.key, call.query, call.headers};
  auto request = signed_request(std::move(call));
  auto answer = sent(request);
  if (!learns_region(answer)) return answer;
  again.body = std::move(request.body);
  return sent(signed_request(std::move(again)));
}

bool S3Requests::learns_region(const S3Answer& answer) {
  const auto status = answer.status();
  if (status != 301 && status != 307 && status != 400 && status != 403) return false;
  auto named = answer.response->header("x-amz-bucket-region").value_or("");
  if (named.empty()) named = s3_refusal(answer.refusal).region;
  if (!credentials::is_aws_region(named) || named == region_) return false;
  region_ = named;
  signer_.reset();
  return true;
}

}  // namespace det::storage
