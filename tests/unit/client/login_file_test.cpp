#include "client/login_file.hpp"

#include <catch2/catch.hpp>

#include "tests/support/thrown.hpp"

using det::client::login_file_text;
using det::client::LoginFile;
using det::client::Logins;
using det::client::parse_login_file;

namespace {

const std::string master = "http://m:8080";

LoginFile parsed(std::string_view text) {
  const auto file = parse_login_file(text, master);
  REQUIRE(file);
  return *file;
}

}  // namespace

TEST_CASE("version 0 has one master, the one that is asked") {
  const auto file = parsed(R"({"active_user": "ann", "tokens": {"ann": "A", "bob": "B"}})");
  CHECK(file.size() == 1);
  CHECK(file.at(master).active_user == "ann");
  CHECK(file.at(master).tokens == std::map<std::string, std::string>{{"ann", "A"}, {"bob", "B"}});
}

TEST_CASE("version 1 names one master in several ways, whose tokens are joined") {
  const auto file = parsed(R"({"version": 1, "masters": {
    "m": {"tokens": {"ann": "A"}}, "http://M:8080/": {"active_user": "bob", "tokens": {"bob": "B"}},
    "https://other": {}}})");
  CHECK(file.size() == 2);
  CHECK(file.at(master).active_user == "bob");
  CHECK(file.at(master).tokens.size() == 2);
  CHECK(file.at("https://other:443").tokens.empty());
}

TEST_CASE("version 2 is read as it is") {
  const auto file = parsed(R"({"version": 2, "masters": {"http://m:8080": {"tokens": {"ann": "A"}}}})");
  CHECK(file.at(master).tokens.at("ann") == "A");
  CHECK(parsed(R"({"version": 2})").empty());
}

TEST_CASE("an address without a canonical form is kept") {
  CHECK(parsed(R"({"version": 1, "masters": {"ftp://x": {"tokens": {"ann": "A"}}}})").count("ftp://x") == 1);
}

TEST_CASE("what is no login file is absent") {
  for (const char* text :
       {"", "{", "[]", "null", R"({"version": "1"})", R"({"version": -1})", R"({"masters": 1, "version": 1})",
        R"({"version": 1, "masters": {"m": []}})", R"({"version": 1, "masters": {"m": {"tokens": []}}})",
        R"({"tokens": {"ann": 1}})", R"({"active_user": null})", R"({"else": 1})"}) {
    INFO(text);
    CHECK_FALSE(parse_login_file(text, master));
  }
}

TEST_CASE("a later version is not taken for damage") {
  const auto error = det::testing::thrown([] { parse_login_file(R"({"version": 3})", master); });
  CHECK(error.message == "the token file has version 3, which this det does not know");
}

TEST_CASE("a login file is written as the official client writes its own") {
  const LoginFile file{{"http://m:8080", {"ann", {{"ann", "A"}, {"b\u00f6b", "B"}}}}, {"http://a:80", {}}};
  CHECK(login_file_text(file) == R"({
    "masters": {
        "http://a:80": {
            "tokens": {}
        },
        "http://m:8080": {
            "active_user": "ann",
            "tokens": {
                "ann": "A",
                "b\u00f6b": "B"
            }
        }
    },
    "version": 1
})");
}
