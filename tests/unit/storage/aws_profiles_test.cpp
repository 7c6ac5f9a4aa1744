#include "storage/credentials/aws_profiles.hpp"

#include <catch2/catch.hpp>
#include <chrono>

#include "storage/credentials/aws_temporary_keys.hpp"

using det::storage::credentials::aws_sections;
using det::storage::credentials::aws_time;

TEST_CASE("sections of an AWS file are read as the native tools read them") {
  const auto sections = aws_sections(
      "lost = 1\n"
      "# comment\n"
      "[default]\r\n"
      "Region = eu-west-1 # near\r\n"
      "s3 =\n"
      "  endpoint_url = http://h:9000\n"
      "  addressing_style=path\n"
      "output = a;b\n"
      "  stray = 2\n"
      "no setting\n"
      "; comment\n"
      "[ profile  \"a name\" ]\n"
      "aws_secret_access_key = a=b/c#d\n"
      "[open\n");
  CHECK(sections.size() == 2);
  CHECK(sections.at("default").at("region") == "eu-west-1");
  CHECK(sections.at("default").at("s3.endpoint_url") == "http://h:9000");
  CHECK(sections.at("default").at("s3.addressing_style") == "path");
  CHECK(sections.at("default").at("output") == "a;b");
  CHECK(sections.at("profile a name").at("aws_secret_access_key") == "a=b/c#d");
}

TEST_CASE("times of AWS are UTC, with parts of a second or without") {
  CHECK(aws_time("1970-01-02T00:00:01Z")->time_since_epoch() == std::chrono::seconds(86401));
  CHECK(aws_time("1970-01-02T00:00:01.123Z")->time_since_epoch() == std::chrono::seconds(86401));
  CHECK_FALSE(aws_time("1970-01-02T00:00:01+02:00"));
  CHECK_FALSE(aws_time(""));
}

TEST_CASE("what is part of a host's name is held to the form of a region") {
  using det::storage::credentials::is_aws_region;
  CHECK(is_aws_region("us-gov-east-1"));
  for (const auto* bad : {"", "EU", "a.b", "a/b", "a@b", "a b"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_aws_region(bad));
  }
  CHECK_FALSE(is_aws_region(std::string(64, 'a')));
  CHECK(det::storage::credentials::aws_domain("cn-north-1") == "amazonaws.com.cn");
  CHECK(det::storage::credentials::aws_domain("ca-west-1") == "amazonaws.com");
}
