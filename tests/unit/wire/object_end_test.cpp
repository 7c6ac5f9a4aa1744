#include "wire/object_end.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using det::wire::ObjectEnd;

namespace {

const std::vector<std::string>& objects() {
  static const std::vector<std::string> all{
      "{}",
      R"({"a":[1,2,{"b":[]}],"c":{}})",
      R"({"brackets in a string":"}]}]{["})",
      R"({"escaped quote":"\"}"})",
      R"({"escaped backslash":"\\"})",
      R"({"many":"\\\\\\\"}\\\\"})",
      "{\"long\":\"" + std::string(200, 'x') + "}" + std::string(200, '\\') + "\"}",
      "{\"long\":[" + std::string(100, '[') + std::string(100, ']') + "]}"};
  return all;
}

}  // namespace

TEST_CASE("an object ends where its first bracket is closed") {
  for (const std::string& object : objects()) {
    INFO(object);
    CHECK(ObjectEnd().within(object + "},{\"next\":1}") == object.size());
  }
}

TEST_CASE("an object cut in two at any place ends at the same byte") {
  for (const std::string& object : objects()) {
    for (std::size_t cut = 1; cut < object.size(); ++cut) {
      INFO(object << " cut at " << cut);
      ObjectEnd end;
      REQUIRE(end.within(object.substr(0, cut)) == std::nullopt);
      REQUIRE(end.within(object.substr(cut) + "}]\"") == object.size() - cut);
      REQUIRE(end.within("{}") == 2u);
    }
  }
}

TEST_CASE("an object that comes byte by byte ends at its last byte") {
  for (const std::string& object : objects()) {
    ObjectEnd end;
    for (std::size_t at = 0; at + 1 < object.size(); ++at) {
      REQUIRE(end.within(object.substr(at, 1)) == std::nullopt);
    }
    CHECK(end.within(object.substr(object.size() - 1)) == 1u);
  }
}
