#include "wire/tree.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/fixture.hpp"
#include "tests/unit/wire/refusal.hpp"

using det::model::Json;
using det::testing::fixture;
using det::testing::refusal;
using det::wire::deepest_tree;
using det::wire::parse_tree;

TEST_CASE("a tree keeps the order of keys and the kinds of numbers") {
  const std::string text =
      R"({"z":1,"a":[true,false,null,-1,0.5,1.0,1e3],"text":"\u00e9\n","big":18446744073709551615,"o":{}})";
  const Json tree = parse_tree(text);
  CHECK(tree == Json::parse(text));
  CHECK(tree.dump() ==
        R"({"z":1,"a":[true,false,null,-1,0.5,1.0,1000.0],"text":"é\n","big":18446744073709551615,"o":{}})");
}

TEST_CASE("a number of any length is the one that it says") {
  const std::string text = GENERATE(
      "0.33333333333333333333", "100000000000000000000.0", "5.0000000000000000000", "1.00000000000000000000",
      "1234567890123456789.5", "-0.90000000000000000000", "0.1000000000000000055511151231257827",
      "3.00000000000000000000e2", "123456789012345678901234567890", "0.00000000000000000000000000001");
  CAPTURE(text);
  CHECK(parse_tree("{\"n\": " + text + " }").at("n").get<double>() == std::stod(text));
}

TEST_CASE("a whole number over 64 bits becomes a floating-point number") {
  CHECK(parse_tree(R"({"n":123456789012345678901234567890})")["n"] == 123456789012345678901234567890.0);
  CHECK(parse_tree(R"({"n":-9223372036854775809})")["n"] == -9223372036854775809.0);
}

TEST_CASE("recorded answers come as another parser reads them") {
  for (const char* name : {"experiment", "trial", "workloads", "preview-gc", "checkpoints-not-finite"}) {
    const std::string text = fixture("wire/" + std::string(name) + ".json");
    CHECK(parse_tree(text).dump() == Json::parse(text).dump());
  }
}

TEST_CASE("a key that is there twice is found once") {
  CHECK(parse_tree(R"({"a":1,"a":2})")["a"] == 1);
}

TEST_CASE("what nests too deep is refused") {
  const auto nested = [](int depth) {
    return "{\"deep\":" + std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']') + "}";
  };
  CHECK(refusal([&] { parse_tree(nested(deepest_tree)); }) == "no error");
  CHECK(refusal([&] { parse_tree(nested(deepest_tree + 1)); }) ==
        "the master's answer is not valid: deep nests too deep");
  CHECK(refusal([&] { parse_tree(nested(1000000)); }) ==
        "the master's answer is not valid: deep nests too deep");
}

TEST_CASE("what is no JSON object is refused") {
  for (const char* text : {"",
                           " ",
                           "null",
                           "[]",
                           "1",
                           "\"a\"",
                           "{",
                           "}",
                           "{]",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{\"a\":01}",
                           "{\"a\":1.}",
                           "{\"a\":nul}",
                           "{\"a\":tru}",
                           "{\"a\":NaN}",
                           "{\"a\":[1 2]}",
                           "{\"a\":[1,]}",
                           "{\"a\":\"\x01\"}",
                           "{\"a\":\"\xff\"}",
                           "{\"a\":\"\\x\"}",
                           "{\"a\":1e999}",
                           "{'a':1}",
                           "{a:1}",
                           "{\"a\":[1}}",
                           "{\"a\":\"b}",
                           "<html></html>"}) {
    INFO(text);
    CHECK(refusal([&] { parse_tree(text); }) == "the master's answer is not valid: it is not a JSON object");
  }
}

TEST_CASE("what follows an object is refused") {
  for (const char* text : {"{} {}", "{\"a\":1}{\"b\":2}", "{},{}"}) {
    INFO(text);
    CHECK(refusal([&] { parse_tree(text); }) != "no error");
  }
}
