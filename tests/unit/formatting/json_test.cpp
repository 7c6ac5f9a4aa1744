#include "formatting/json.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "goldens.hpp"
#include "model/error.hpp"

using det::formatting::float_text;
using det::formatting::json_text;
using det::model::Json;

TEST_CASE("JSON texts are those of Python's json.dumps") {
  const auto goldens = det::testing::goldens("json_goldens.json");
  CHECK(goldens.size() > 600);
  for (const auto& golden : goldens) {
    INFO(golden.dump());
    CHECK(json_text(golden["value"], {.indent = golden["indent"], .sort_keys = golden["sort_keys"]}) ==
          golden["text"].get<std::string>());
  }
}

TEST_CASE("floats are written as Python's repr writes them") {
  const auto goldens = det::testing::goldens("float_goldens.json");
  CHECK(goldens.size() > 700);
  for (const auto& golden : goldens) {
    const auto text = golden.get<std::string>();
    CHECK(float_text(std::strtod(text.c_str(), nullptr)) == text);
  }
  CHECK(float_text(std::nan("")) == "nan");
  CHECK(float_text(-std::nan("")) == "nan");
  CHECK(float_text(std::numeric_limits<double>::infinity()) == "inf");
  CHECK(float_text(-std::numeric_limits<double>::infinity()) == "-inf");
}

TEST_CASE("what JSON numbers cannot say is written as strings") {
  const auto infinity = std::numeric_limits<double>::infinity();
  CHECK(json_text(Json::array({std::nan(""), infinity, -infinity}), {.indent = -1}) ==
        R"(["NaN", "Infinity", "-Infinity"])");
}

TEST_CASE("bytes that are not UTF-8 become U+FFFD, in keys too") {
  // One U+FFFD for the longest valid start of a sequence, as Python decodes with errors="replace".
  CHECK(json_text(Json("a\xff"
                       "b\xe2\x82"
                       "c\xc0\xaf\xed\xa0\x80\xf0\x9f\x98"),
                  {.indent = -1}) == R"("a\ufffdb\ufffdc\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd")");
  Json object;
  object["k\x80"] = 1;
  CHECK(json_text(object, {.indent = -1}) == R"({"k\ufffd": 1})");
}

TEST_CASE("an array can be written element by element") {
  const auto array = Json::parse(R"([{"a": [1]}, {}, {"b": "x"}])");
  std::string text = "[";
  for (const auto& element : array) {
    text += (text == "[" ? "\n  " : ",\n  ") + json_text(element, {.depth = 1});
  }
  CHECK(text + "\n]" == json_text(array));
}

TEST_CASE("a tree of too many levels is refused instead of exhausting the stack") {
  Json tree = Json::array();
  for (int level = 0; level < 999; ++level) tree = Json::array({std::move(tree)});
  CHECK(json_text(tree, {.indent = -1}) == std::string(1000, '[') + std::string(1000, ']'));
  tree = Json::array({std::move(tree)});
  CHECK_THROWS_AS(json_text(tree), det::Error);
}
