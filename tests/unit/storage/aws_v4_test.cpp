#include "storage/signing/aws_v4.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

using det::http::Header;
using det::storage::signing::AwsKeys;
using det::storage::signing::AwsRequest;
using det::storage::signing::AwsV4Signer;
using det::storage::signing::empty_payload_hash;
using det::storage::signing::payload_hash;

namespace {

const std::string no_body(empty_payload_hash);

// The examples of "Signature Calculations for the Authorization Header", Amazon S3 API Reference.
struct Documented {
  AwsV4Signer signer{{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}, "us-east-1", "s3"};
  std::chrono::system_clock::time_point time = std::chrono::system_clock::from_time_t(1369353600);

  std::vector<Header> headers(AwsRequest request) {
    request.host = "examplebucket.s3.amazonaws.com";
    return signer.headers(request, time);
  }
};

std::string value(const std::vector<Header>& headers, const std::string& name) {
  for (const auto& header : headers) {
    if (header.name == name) return header.value;
  }
  return "absent";
}

std::string documented(const std::string& signed_names, const std::string& signature) {
  return "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
         "SignedHeaders=" +
         signed_names + ", Signature=" + signature;
}

// The suite's get-vanilla family.
AwsV4Signer suite_signer() {
  return {{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}, "us-east-1", "service"};
}
const auto suite_time = std::chrono::system_clock::from_time_t(1440938160);

}  // namespace

TEST_CASE("the documented GET of a range is signed as documented") {
  const auto headers = Documented().headers(
      {.host = "", .path = "/test.txt", .headers = {{"Range", "bytes=0-9"}}, .payload_hash = no_body});
  CHECK(value(headers, "Authorization") ==
        documented("host;range;x-amz-content-sha256;x-amz-date",
                   "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"));
  CHECK(value(headers, "Range") == "bytes=0-9");
  CHECK(value(headers, "x-amz-date") == "20130524T000000Z");
  CHECK(value(headers, "x-amz-content-sha256") == no_body);
  CHECK(value(headers, "x-amz-security-token") == "absent");
  CHECK(headers.size() == 4);
}

TEST_CASE("the documented PUT is signed as documented, its path encoded once") {
  const auto headers = Documented().headers(
      {.method = "PUT",
       .host = "",
       .path = det::storage::url_encoded_path("/test$file.text"),
       .headers = {{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"X-Amz-Storage-Class", "REDUCED_REDUNDANCY"}},
       .payload_hash = payload_hash("Welcome to Amazon S3.")});
  CHECK(value(headers, "x-amz-content-sha256") ==
        "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072");
  CHECK(value(headers, "Authorization") ==
        documented("date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                   "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
}

TEST_CASE("the documented GET of a lifecycle and of a list are signed as documented") {
  CHECK(value(Documented().headers({.host = "", .query = {{"lifecycle", ""}}, .payload_hash = no_body}),
              "Authorization") ==
        documented("host;x-amz-content-sha256;x-amz-date",
                   "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));
  CHECK(value(Documented().headers(
                  {.host = "", .query = {{"prefix", "J"}, {"max-keys", "2"}}, .payload_hash = no_body}),
              "Authorization") ==
        documented("host;x-amz-content-sha256;x-amz-date",
                   "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
}

TEST_CASE("requests of the signature test suite are signed as it says") {
  const auto signature = [](AwsRequest request) {
    request.host = "example.amazonaws.com";
    request.payload_hash = no_body;
    const auto headers = suite_signer().headers(request, suite_time);
    CHECK(value(headers, "x-amz-content-sha256") == "absent");
    const auto text = value(headers, "Authorization");
    return text.substr(text.find("SignedHeaders="));
  };
  CHECK(signature({.host = "", .payload_hash = ""}) ==
        "SignedHeaders=host;x-amz-date, "
        "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  CHECK(signature({.method = "POST", .host = "", .payload_hash = ""}) ==
        "SignedHeaders=host;x-amz-date, "
        "Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
  CHECK(signature({.host = "", .query = {{"Param2", "value2"}, {"Param1", "value1"}}, .payload_hash = ""}) ==
        "SignedHeaders=host;x-amz-date, "
        "Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
}

TEST_CASE("a header's spaces are signed as one, whatever they were") {
  const auto signed_with = [](const std::string& value_sent) {
    return value(
        Documented().headers({.host = "", .headers = {{"My-Header", value_sent}}, .payload_hash = no_body}),
        "Authorization");
  };
  CHECK(signed_with("  a   b ") == signed_with("a b"));
  CHECK(signed_with("a b") != signed_with("ab"));
}

TEST_CASE("a session token is sent and signed") {
  AwsV4Signer signer({"AKIDEXAMPLE", "secret", "the token"}, "eu-west-1", "s3");
  const auto headers = signer.headers({.host = "h", .payload_hash = no_body}, suite_time);
  CHECK(value(headers, "x-amz-security-token") == "the token");
  CHECK(value(headers, "Authorization").find(";x-amz-security-token,") != std::string::npos);
  CHECK(value(headers, "Authorization").find("/20150830/eu-west-1/s3/") != std::string::npos);
}

TEST_CASE("one signer signs on several days") {
  Documented documented_one;
  const AwsRequest request{.host = "h", .payload_hash = no_body};
  const auto first = documented_one.signer.headers(request, documented_one.time);
  const auto later = documented_one.signer.headers(request, documented_one.time + std::chrono::hours(24));
  CHECK(value(later, "x-amz-date") == "20130525T000000Z");
  CHECK(value(Documented().signer.headers(request, documented_one.time + std::chrono::hours(24)),
              "Authorization") == value(later, "Authorization"));
  CHECK(value(documented_one.signer.headers(request, documented_one.time), "Authorization") ==
        value(first, "Authorization"));
}

TEST_CASE("a query is signed by its encoded names, then by its values") {
  const auto signature = [](const det::storage::Parameters& query) {
    return value(Documented().headers({.host = "", .query = query, .payload_hash = no_body}),
                 "Authorization");
  };
  CHECK(signature({{"b", "2"}, {"a", "/"}, {"b", "1"}}) == signature({{"a", "/"}, {"b", "1"}, {"b", "2"}}));
  CHECK(signature({{"a", "1"}, {"b", "2"}}) != signature({{"a", "2"}, {"b", "1"}}));
}
