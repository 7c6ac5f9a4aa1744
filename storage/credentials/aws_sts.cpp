#include "storage/credentials/aws_sts.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

#include "http/url.hpp"
#include "model/error.hpp"
#include "storage/credentials/aws_profiles.hpp"
#include "storage/relative_path.hpp"
#include "storage/remote_exchange.hpp"
#include "storage/url_encoding.hpp"
#include "storage/xml_elements.hpp"

namespace det::storage::credentials {
namespace {

constexpr int ok = 200;

std::string url_of(const AwsSts& sts) {
  if (sts.endpoint.empty()) return fmt::format("https://sts.{}.{}/", sts.region, aws_domain(sts.region));
  return sts.endpoint.ends_with('/') ? sts.endpoint : sts.endpoint + "/";
}

// The text of the element whose path ends so; empty when there is none, also where the XML breaks before it.
std::string element(const std::string& xml, std::string_view path) {
  std::string found;
  try {
    for_each_element(xml, [&](const XmlElement& element) {
      if (element.path.ends_with(path)) found = element.text;
    });
  } catch (const Error&) {  // not every answer is XML
  }
  return found;
}

AwsTemporaryKeys keys_in(const http::Request& request, const AwsRole& role, const AwsSts& sts) {
  const auto answer = ask(*sts.surroundings.transport, request);
  const auto body = body_of(*answer);
  const auto subject =
      fmt::format("{} gave no credentials for role {}", http::authority(request.url), printable(role.arn));
  if (answer->status() != ok) {
    throw answered(Failure::storage,
                   fmt::format("{}: {}: {}", subject, said(element(body, "Error/Code"), "no code"),
                               said(element(body, "Error/Message"), "it gave no reason")),
                   answer->status());
  }
  AwsTemporaryKeys given{
      .keys = {element(body, "Credentials/AccessKeyId"), element(body, "Credentials/SecretAccessKey"),
               element(body, "Credentials/SessionToken")},
      .expires = aws_time(element(body, "Credentials/Expiration"))};
  if (!given.keys.access_key.empty() && !given.keys.secret_key.empty()) return given;
  throw Error(Failure::storage, subject + ": the answer is not a valid one");
}

Parameters form_of(const char* action, const AwsRole& role) {
  Parameters form{{"Action", action},
                  {"Version", "2011-06-15"},
                  {"RoleArn", role.arn},
                  {"RoleSessionName", role.session_name.empty() ? "det" : role.session_name}};
  if (!role.external_id.empty()) form.emplace_back("ExternalId", role.external_id);
  if (!role.duration_seconds.empty()) form.emplace_back("DurationSeconds", role.duration_seconds);
  return form;
}

http::Request posted(const AwsSts& sts, const Parameters& form) {
  return {.method = "POST",
          .url = url_of(sts),
          .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
          .body = query_text(form)};
}

}  // namespace

AwsTemporaryKeys assume_role(const AwsSts& sts, const AwsRole& role, const signing::AwsKeys& keys) {
  auto request = posted(sts, form_of("AssumeRole", role));
  const auto authority = http::authority(request.url);
  signing::AwsV4Signer signer(keys, sts.region, "sts");
  request.headers =
      signer.headers({.method = "POST",
                      .host = authority,
                      .path = request.url.substr(request.url.find(authority) + authority.size()),
                      .headers = request.headers,
                      .payload_hash = signing::payload_hash(request.body)},
                     sts.surroundings.now());
  return keys_in(request, role, sts);
}

AwsTemporaryKeys assume_role_with_web_identity(const AwsSts& sts, const AwsRole& role,
                                               const std::string& token) {
  auto form = form_of("AssumeRoleWithWebIdentity", role);
  form.emplace_back("WebIdentityToken", token);
  return keys_in(posted(sts, form), role, sts);
}

}  // namespace det::storage::credentials
