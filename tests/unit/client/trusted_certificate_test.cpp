#include "client/trusted_certificate.hpp"

#include <catch2/catch.hpp>

#include "tests/support/temporary_directory.hpp"

using det::client::trusted_certificate;
using det::testing::TemporaryDirectory;
using det::testing::write_file;

TEST_CASE("a master's certificate is the one that certs.json has for its address") {
  const TemporaryDirectory directory;
  write_file(directory / "certs.json", R"({"https://m:443": "-----BEGIN", "https://n:443": 7})");
  CHECK(trusted_certificate(directory.path(), "https://m:443") == "-----BEGIN");
  CHECK(trusted_certificate(directory.path(), "https://n:443") == std::nullopt);
  CHECK(trusted_certificate(directory.path(), "https://other:443") == std::nullopt);
}

TEST_CASE("without certs.json, or with a damaged one, no certificate is trusted") {
  const TemporaryDirectory directory;
  CHECK(trusted_certificate(directory.path(), "https://m:443") == std::nullopt);
  write_file(directory / "certs.json", "{");
  CHECK(trusted_certificate(directory.path(), "https://m:443") == std::nullopt);
}
