#include "http/url.hpp"

#include <catch2/catch.hpp>

using det::http::authority;
using det::http::origin;
using det::http::redacted;

TEST_CASE("the origin of a URL is its scheme, host and port") {
  CHECK(origin("http://h:8080/a/b?c=d") == "http://h:8080");
  CHECK(origin("https://[::1]:443?x") == "https://[::1]:443");
  CHECK(origin("http://user:secret@h/a@b") == "http://h");
  CHECK(origin("") == "");
  CHECK(authority("http://u@h:1/x") == "h:1");
}

TEST_CASE("a logged URL keeps its meaning and loses its secrets") {
  CHECK(redacted("http://h/api/v1/experiments?limit=3&users=me") ==
        "http://h/api/v1/experiments?limit=3&users=me");
  CHECK(redacted("https://u:p@b.s3.amazonaws.com/k?X-Amz-Credential=AKIA&X-Amz-Date=1&X-Amz-Signature=ab") ==
        "https://b.s3.amazonaws.com/k?X-Amz-Credential=[redacted]&X-Amz-Date=1&X-Amz-Signature=[redacted]");
  // the address of an upload to Google Cloud Storage needs no other credentials
  CHECK(redacted("https://h/o?uploadType=resumable&upload_id=s3cret") ==
        "https://h/o?uploadType=resumable&upload_id=[redacted]");
  CHECK(redacted("http://h/x?sig=a&PASSWORD=b&flag") == "http://h/x?sig=[redacted]&PASSWORD=[redacted]&flag");
}
