#include "wire/element_scanner.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/fixture.hpp"
#include "tests/unit/wire/refusal.hpp"

using det::testing::fixture;
using det::testing::refusal;
using det::wire::ElementScanner;
using det::wire::PaddedText;
using det::wire::Place;

namespace {

struct Scanned {
  std::vector<std::string> elements;
  std::string rest;

  bool operator==(const Scanned&) const = default;
};

Scanned scan(const std::vector<std::string>& pieces) {
  Scanned scanned;
  ElementScanner scanner("list");
  for (const std::string& piece : pieces) {
    scanner.feed(piece, [&](const PaddedText& element, const Place& place) {
      REQUIRE(path(place) == "list[" + std::to_string(scanned.elements.size()) + "]");
      scanned.elements.emplace_back(element.view());
      return true;
    });
  }
  scanned.rest = scanner.finish().dump();
  return scanned;
}

std::string refused(const std::string& document) {
  return refusal([&] { scan({document}); });
}

const std::string document = R"( {"before" : [{"list":[1]}, "list"], "s" : "list\\\"]" ,
 "list" : [ {"a":"]},{"} , {"b":{"list":[{}]}},{} ] , "pagination":{"total":3}} )";

const Scanned expected{
    {R"({"a":"]},{"})", R"({"b":{"list":[{}]}})", "{}"},
    R"({"before":[{"list":[1]},"list"],"s":"list\\\"]","list":[],"pagination":{"total":3}})"};

}  // namespace

TEST_CASE("a document is cut into its list's elements and the rest") {
  CHECK(scan({document}) == expected);
}

TEST_CASE("a document cut in two at any byte scans the same") {
  for (std::size_t cut = 0; cut <= document.size(); ++cut) {
    INFO("cut at " << cut);
    REQUIRE(scan({document.substr(0, cut), document.substr(cut)}) == expected);
  }
}

TEST_CASE("a document that comes byte by byte scans the same") {
  std::vector<std::string> bytes;
  for (const char byte : document) bytes.emplace_back(1, byte);
  CHECK(scan(bytes) == expected);
}

TEST_CASE("an empty list has no elements") {
  CHECK(scan({R"({"list":[ ],"pagination":{}})"}) == Scanned{{}, R"({"list":[],"pagination":{}})"});
}

TEST_CASE("a list that is null has no elements and stays null") {
  CHECK(scan({R"({"list": null })"}) == Scanned{{}, R"({"list":null})"});
}

TEST_CASE("a recorded list has as many elements as its pagination says") {
  ElementScanner scanner("checkpoints");
  int elements = 0;
  scanner.feed(fixture("wire/checkpoints-states.json"), [&](const PaddedText&, const Place&) {
    ++elements;
    return true;
  });
  CHECK(elements == scanner.finish()["pagination"]["total"]);
}

TEST_CASE("a list that is stopped takes no further element") {
  ElementScanner scanner("list");
  int elements = 0;
  CHECK_FALSE(scanner.feed(R"({"list":[{},{},{}]})",
                           [&](const PaddedText&, const Place&) { return ++elements < 2; }));
  CHECK(elements == 2);
}

TEST_CASE("every document that is cut short is refused") {
  const std::string whole = document.substr(0, document.size() - 1);
  CHECK(refused(" ") == "the master's answer is not valid: it is empty");
  for (std::size_t cut = 2; cut < whole.size(); ++cut) {
    INFO("cut at " << cut);
    REQUIRE(refused(whole.substr(0, cut)) == "the master's answer is not valid: it ends too early");
  }
}

TEST_CASE("what is no such document is refused, with the reason") {
  const std::string start = "the master's answer is not valid: ";
  CHECK(refused("<html>no</html>") == start + "it is not a JSON object");
  CHECK(refused("[]") == start + "it is not a JSON object");
  CHECK(refused(R"({"other":[]})") == start + "list is missing");
  CHECK(refused(R"({"a":{"list":[]}})") == start + "list is missing");
  CHECK(refused(R"({"list":nil})") == start + "it is not a JSON object");
  CHECK(refused(R"({"list":null,"list":[]})") == start + "list is there twice");
  CHECK(refused(R"({"list":{}})") == start + "list is not a list");
  CHECK(refused(R"({"list":[],"list":[]})") == start + "list is there twice");
  CHECK(refused(R"({"list":[{}]} x)") == start + "something follows its end");
  CHECK(refused(R"({"list":[{},1]})") == start + "list[1] is not an object");
  CHECK(refused(R"({"list":[{},]})") == start + "list[1] is not an object");
  CHECK(refused(R"({"list":[,{}]})") == start + "list[0] is not an object");
  CHECK(refused(R"({"list":[{} {}]})") == start + "list[1] does not follow a comma");
  CHECK(refused(R"({"list":[{}],"a":tru})") == start + "it is not a JSON object");
  CHECK(refused(R"({"list":[{}] "a":1})") == start + "it is not a JSON object");
}

TEST_CASE("a list beside which too much stands is refused") {
  CHECK(refused("{\"other\":\"" + std::string(2 << 20, 'x') + "\",\"list\":[]}") ==
        "the master's answer is not valid: what stands beside list is too large");
}

TEST_CASE("an element that never ends is refused at 64 MiB") {
  ElementScanner scanner("list");
  const auto never = [](const PaddedText&, const Place&) { return true; };
  scanner.feed(R"({"list":[{"a":")", never);
  const std::string piece(std::size_t{1} << 20, 'x');
  CHECK(refusal([&] {
          for (int i = 0; i < 65; ++i) scanner.feed(piece, never);
        }) == "the master's answer is not valid: list[0] is too large");
}
