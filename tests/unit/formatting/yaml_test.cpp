#include "formatting/yaml.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "goldens.hpp"
#include "model/error.hpp"

using det::formatting::yaml_text;
using det::model::Json;

TEST_CASE("YAML texts are those of the official client") {
  const auto goldens = det::testing::goldens("yaml_goldens.json");
  CHECK(goldens.size() > 150);
  for (const auto& golden : goldens) {
    INFO(golden.dump());
    CHECK(yaml_text(golden["value"]) == golden["text"].get<std::string>());
  }
}

TEST_CASE("a configuration is a YAML document in block style, its keys sorted") {
  const auto tree =
      Json::parse(R"({"b":[1,{"y":null,"x":[[2.0]]}],"a":{"empty":{},"none":[]},"c":"no: text"})");
  CHECK(yaml_text(tree) ==
        "a:\n"
        "  empty: {}\n"
        "  none: []\n"
        "b:\n"
        "- 1\n"
        "- x:\n"
        "  - - 2.0\n"
        "  y: null\n"
        "c: 'no: text'\n");
}

TEST_CASE("what could steer a terminal is escaped in YAML, also where the official client leaves it") {
  CHECK(yaml_text({{"a", "x\xe2\x80\xae\xc2\x85\xe2\x80\xa8y"}}) == "a: \"x\\u202E\\N\\Ly\"\n");
  CHECK(yaml_text({{"\x1b[2J", "\x7f"}}) == "\"\\e[2J\": \"\\x7F\"\n");
  CHECK(yaml_text({{"a", std::string(1, '\0')}}) == "a: \"\\0\"\n");
}

TEST_CASE("bytes that are not UTF-8 are U+FFFD in YAML") {
  CHECK(yaml_text({{"a", "\xff"}}) == "a: \xef\xbf\xbd\n");
}

TEST_CASE("a tree that is too deep for YAML is refused") {
  Json tree = 1;
  for (int depth = 0; depth < 1100; ++depth) tree = Json::array({tree});
  CHECK_THROWS_AS(yaml_text({{"a", tree}}), det::Error);
}
