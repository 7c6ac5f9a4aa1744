#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "master/yaml_text.hpp"
#include "model/error.hpp"

using det::master::read_yaml;

namespace {

std::string read(const std::string& text) {
  return read_yaml(text).dump();
}

std::string refusal(const std::string& text) {
  try {
    read_yaml(text);
  } catch (const det::Error& error) {
    return error.message;
  }
  return "taken";
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int at = 0; at < times; ++at) all += text;
  return all;
}

}  // namespace

TEST_CASE("bare words of YAML 1.1 are booleans and nulls") {
  CHECK(read("[y, Y, yes, on, ON, true, n, No, off, FALSE]") ==
        "[true,true,true,true,true,true,false,false,false,false]");
  CHECK(read("[~, null, NULL, , nothing]") == R"([null,null,null,null,"nothing"])");
  CHECK(read("['y', \"null\", !!str 5]") == R"(["y","null","5"])");
}

TEST_CASE("numbers are read in every base, with underscores, and as reals") {
  CHECK(read("[1, -2, +3, 010, 0o10, 0x1F, 0b101, 1_000]") == "[1,-2,3,8,8,31,5,1000]");
  CHECK(read("[1., .5, 1e3, 1.5e-3, -0.0]") == "[1.0,0.5,1000.0,0.0015,-0.0]");
  CHECK(read("[.inf, -.Inf, .nan]") == R"(["Infinity","-Infinity","NaN"])");
  CHECK(read("[1.2.3, 1:30, 2020-01-01, 0x, -, 1e, _1]") ==
        R"(["1.2.3","1:30","2020-01-01","0x","-","1e","_1"])");
  CHECK(read("[9223372036854775807, 9223372036854775808]") == "[9223372036854775807,9.223372036854776e+18]");
}

TEST_CASE("JSON is read with escapes that YAML lacks") {
  CHECK(read(R"( {"a": "\ud83d\ude00", "b": [1, {"c": null}]})") == R"({"a":"😀","b":[1,{"c":null}]})");
  CHECK(read("{a: b}") == R"({"a":"b"})");
}

TEST_CASE("aliases and merges are written out") {
  CHECK(read("a: &x {p: 1, q: 2}\nb: *x\nc: {<<: *x, q: 3}\n") ==
        R"({"a":{"p":1,"q":2},"b":{"p":1,"q":2},"c":{"q":3,"p":1}})");
  CHECK(refusal("a: {<<: [1]}") == "line 1: \"<<\" merges something that is no mapping");
}

TEST_CASE("keys are text") {
  CHECK(read("1: a\ny: b\nnull: c") == R"({"1":"a","true":"b","null":"c"})");
  CHECK(refusal("[1, 2]: x") == "line 1: a key is no scalar");
  CHECK(refusal("a: 1\nb: 2\na: 3") == "line 3: the key \"a\" is there twice");
}

TEST_CASE("an empty text is null") {
  CHECK(read("") == "null");
  CHECK(read("# only a comment\n") == "null");
}

TEST_CASE("text that is no YAML is refused with its line") {
  CHECK(refusal("a: 1\nb: [1, 2") == "line 2: end of sequence flow not found");
  CHECK(refusal("a: *b") == "line 1: the referenced anchor is not defined");
  CHECK(refusal("a: &b [*b]") == "line 1: an alias stands within what it refers to");
  CHECK(refusal(std::string("a: \0b", 5)) == "a NUL byte is in it");
}

TEST_CASE("text that unfolds without bound is refused early") {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
  for (int at = 1; at < 12; ++at) {
    const auto alias = "*a" + std::to_string(at - 1) + ",";
    bomb += "a" + std::to_string(at) + ": &a" + std::to_string(at) + " [" + repeated(alias, 9) + "]\n";
  }
  CHECK(refusal(bomb) == "line 5: more than 50000 values");
  CHECK(refusal(repeated("- ", 1000)) == "line 1: nests deeper than 64 levels");
  CHECK(refusal(repeated("[", 100'000)) != "taken");
  CHECK(refusal(repeated("a\n", 600'000)) == "longer than 1048576 bytes");
}

TEST_CASE("random bytes are read or refused") {
  std::mt19937 random(1);
  const std::string letters = "!2&*-?:,[]{}#|>'\"%@`\t \n\n  ab01.~<<=\\\xff\xc3";
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto left = random() % 60; left > 0; --left) text += letters[random() % letters.size()];
    CHECK_NOTHROW(refusal(text));
  }
}
