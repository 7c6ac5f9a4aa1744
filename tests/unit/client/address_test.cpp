#include "client/address.hpp"

#include <catch2/catch.hpp>

#include "tests/support/thrown.hpp"

using det::client::canonical_address;

TEST_CASE("an address gets what it leaves out: http and 8080, or the scheme's own port") {
  CHECK(canonical_address("master") == "http://master:8080");
  CHECK(canonical_address("master:1") == "http://master:1");
  CHECK(canonical_address("http://master") == "http://master:80");
  CHECK(canonical_address("https://master") == "https://master:443");
  CHECK(canonical_address("HTTPS://Master.Example:8443/") == "https://master.example:8443");
  CHECK(canonical_address("http://master:") == "http://master:80");
}

TEST_CASE("a path is kept, without its last slashes") {
  CHECK(canonical_address("http://proxy/det//") == "http://proxy:80/det");
  CHECK(canonical_address("proxy/Det") == "http://proxy:8080/Det");
}

TEST_CASE("IPv6 hosts stand in brackets") {
  CHECK(canonical_address("[::1]") == "http://[::1]:8080");
  CHECK(canonical_address("https://[FE80::1]:8443") == "https://[fe80::1]:8443");
}

TEST_CASE("a canonical address stays as it is") {
  for (const char* address : {"http://m:8080", "https://m:443/a", "http://[::1]:80"}) {
    CHECK(canonical_address(address) == address);
  }
}

TEST_CASE("what is no address of a master is refused") {
  for (const char* text :
       {"",        "http://", "ftp://x", "file:///x", "://x", ":8080",        "m:0",
        "m:65536", "m:80a",   "m:-1",    "a b",       "m\n",  "http://u@m",   "m?x=1",
        "m#1",     "m\\x",    "[::1",    "::1",       "[]",   "http://m:1:2", "[::1]x:8080"}) {
    INFO(text);
    CHECK(det::testing::thrown([&] { canonical_address(text); }).failure == det::Failure::usage);
  }
}

TEST_CASE("a refusal says why, and does not show a password") {
  CHECK(det::testing::thrown([] { canonical_address("ftp://x"); }).message ==
        "'ftp://x' is no address of a master: only http:// and https:// are spoken");
  CHECK(det::testing::thrown([] { canonical_address("http://u:pw@m"); }).message.find("pw") ==
        std::string::npos);
}
