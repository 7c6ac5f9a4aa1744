#include <catch2/catch.hpp>
#include <string>

#include "model/error.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/storage/s3_scene.hpp"

using det::Failure;
using det::testing::answer;
using det::testing::AskedS3;
using det::testing::bucket_url;
using det::testing::header;
using det::testing::Named;
using det::testing::own_keys;
using det::testing::s3_error;
using det::testing::thrown;
using det::testing::Variables;
using det::testing::with;

TEST_CASE("a bucket of another region is asked there, once and from then on") {
  const AskedS3 asked;
  const std::string there = "https://ckpt.s3.eu-west-1.amazonaws.com/";
  asked.fake->expect("PUT " + bucket_url + "u1/a", "hello",
                     with(answer(301, s3_error("PermanentRedirect", "x")),
                          {{"x-amz-bucket-region", "eu-west-1"}, {"Location", "https://evil.example/"}}));
  asked.fake->expect("PUT " + there + "u1/a", "hello", answer(200, ""));
  asked.put("u1/a", "hello");
  CHECK(header(asked.fake->requests()[1], "Authorization")->find("/eu-west-1/s3/") != std::string::npos);
  CHECK(asked.store->read_request("u1/a", {0, 1}, "").url == there + "u1/a");
  asked.fake->expect("DELETE " + there + "u1/a",
                     with(answer(301, ""), {{"x-amz-bucket-region", "eu-west-1"}}));
  CHECK(thrown([&] { asked.store->remove("u1/a"); }).http_status == 301);
}

TEST_CASE("a region in a refusal's body counts, what is no region does not, and no redirect is followed") {
  const AskedS3 asked;
  asked.fake->expect("DELETE " + bucket_url + "a", answer(400, s3_error("AuthorizationHeaderMalformed", "x",
                                                                        "<Region>eu-west-2</Region>")));
  asked.fake->expect("DELETE https://ckpt.s3.eu-west-2.amazonaws.com/a", answer(204, ""));
  asked.store->remove("a");
  for (const std::string bad : {"evil.example/x", "EU", "a b"}) {
    const AskedS3 fresh;
    fresh.fake->expect("DELETE " + bucket_url + "a",
                       with(answer(307, ""), {{"x-amz-bucket-region", bad}, {"Location", "https://evil/"}}));
    CHECK(thrown([&] { fresh.store->remove("a"); }).http_status == 307);
  }
}

TEST_CASE("buckets whose names fit no host are asked for in the path, and servers of others") {
  const auto url = [](const Named& configuration, const Variables& more) {
    auto set = own_keys();
    set.insert(more.begin(), more.end());
    return AskedS3(configuration, set).store->read_request("u1/a", {0, 1}, "").url;
  };
  CHECK(url({}, {{"AWS_REGION", "cn-north-1"}}) == "https://ckpt.s3.cn-north-1.amazonaws.com.cn/u1/a");
  CHECK(url({.bucket = "my.ckpt"}, {}) == "https://s3.us-east-1.amazonaws.com/my.ckpt/u1/a");
  CHECK(url({.bucket = "Old_Name"}, {}) == "https://s3.us-east-1.amazonaws.com/Old_Name/u1/a");
  CHECK(url({.endpoint_url = "https://s3.amazonaws.com/"}, {}) == bucket_url + "u1/a");
  CHECK(url({}, {{"AWS_ENDPOINT_URL", "http://Minio:80/s3/"}}) == "http://minio/s3/ckpt/u1/a");
  CHECK(url({.endpoint_url = "http://minio:9000"}, {{"AWS_ENDPOINT_URL", "http://minio:9000"}}) ==
        "http://minio:9000/ckpt/u1/a");
}

TEST_CASE("the user's own keys go to AWS and to endpoints that the user set, nowhere else") {
  const auto asked_of = [](const std::string& endpoint, const Variables& more) {
    auto set = own_keys();
    set.insert(more.begin(), more.end());
    return AskedS3(Named{.endpoint_url = endpoint}, set).store->read_request("a", {0, 1}, "");
  };
  for (const std::string endpoint :
       {"https://s3.eu-west-1.amazonaws.com", "https://s3-fips.us-east-1.amazonaws.com",
        "https://bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com"}) {
    CAPTURE(endpoint);
    CHECK(header(asked_of(endpoint, {}), "Authorization").has_value());
  }
  CHECK(header(asked_of("http://minio:9000", {{"AWS_ENDPOINT_URL_S3", "http://minio:9000/"}}),
               "Authorization"));
  CHECK(header(asked_of("https://MINIO", {{"AWS_ENDPOINT_URL", "https://minio:443"}}), "Authorization"));
  CHECK(header(asked_of("http://localhost:9000", {{"AWS_ENDPOINT_URL", "http://localhost:9000"}}),
               "Authorization"));
  for (const std::string endpoint :
       {"https://evil.example", "http://s3.eu-west-1.amazonaws.com", "https://s3.amazonaws.com.evil.example",
        "https://x.execute-api.us-east-1.amazonaws.com", "https://evilamazonaws.com", "http://minio:9001",
        "http://localhost:9000", "http://127.0.0.1:9000", "http://[::1]:9000"}) {
    CAPTURE(endpoint);
    const auto error = thrown([&] { asked_of(endpoint, {{"AWS_ENDPOINT_URL_S3", "http://minio:9000"}}); });
    CHECK(error.failure == Failure::permission);
    CHECK(error.next == "export AWS_ENDPOINT_URL_S3=" + endpoint);
    CHECK(error.message ==
          "the experiment's storage configuration names " + endpoint +
              ", which is neither AWS nor an endpoint that you have set: your AWS credentials "
              "are not sent there");
  }
}

TEST_CASE("keys of the configuration go to its endpoint, and hidden ones are none") {
  const auto credential = [](const std::string& access_key, const std::string& endpoint) {
    const AskedS3 asked(Named{.endpoint_url = endpoint, .access_key = access_key, .secret_key = "s"});
    const auto text = *header(asked.store->read_request("a", {0, 1}, ""), "Authorization");
    return text.substr(0, text.find('/'));
  };
  CHECK(credential("CONF", "http://any.example") == "AWS4-HMAC-SHA256 Credential=CONF");
  CHECK(credential("CONF", "") == "AWS4-HMAC-SHA256 Credential=CONF");
  CHECK(credential("********", "") == "AWS4-HMAC-SHA256 Credential=AKID");
}

TEST_CASE("without any credentials the error says what was looked at") {
  const AskedS3 asked(Named{}, {{"AWS_EC2_METADATA_DISABLED", "true"}});
  const auto error = thrown([&] { asked.store->list("u1"); });
  CHECK(error.failure == Failure::storage);
  CHECK(error.message.starts_with("no AWS credentials: neither AWS_ACCESS_KEY_ID, profile default"));
}

TEST_CASE("configurations that name no place in S3 are refused") {
  const auto refused = [](const Named& configuration) {
    const auto error = thrown([&] { AskedS3{configuration}; });
    CHECK(error.failure == Failure::storage);
    return error.message;
  };
  CHECK(refused({.bucket = "evil.example/x"}) ==
        "the storage configuration names no place in S3: 'evil.example/x' is not the name of a bucket");
  CHECK(refused({.bucket = ".."}).ends_with("'..' is not the name of a bucket"));
  CHECK(refused({.prefix = "a/../b"}).ends_with("'a/../b' is not a prefix"));
  for (const std::string endpoint : {"ftp://h", "h:9000", "http://", "http://u:secret@h", "http://h/?a",
                                     "http://h/%zz", "http://h\\@evil", "http://h h"}) {
    CAPTURE(endpoint);
    const auto message = refused({.endpoint_url = endpoint});
    CHECK(message.ends_with("is not a plain http:// or https:// URL"));
    CHECK(message.find("secret") == std::string::npos);
  }
}
