#include "master/router.hpp"

#include <catch2/catch.hpp>

#include "master/query.hpp"
#include "tests/support/thrown.hpp"

using namespace det;
using master::percent_decoded;
using master::Plus;
using master::Query;
using Words = std::vector<std::string>;

namespace {

const master::Router router({{"GET", "/api/v1/experiments", {}},
                             {"GET", "/api/v1/experiments/metrics-stream/{what}", {}},
                             {"GET", "/api/v1/experiments/{id}/trials", {}},
                             {"PUT", "/api/v1/experiments/{id}/labels/{label}", {}}});

std::string_view pattern(std::string_view method, std::string_view path) {
  const auto found = router.find(method, path);
  return found.route == nullptr ? "none" : found.route->pattern;
}

}  // namespace

TEST_CASE("a route is found by its method and all parts of its path") {
  CHECK(pattern("GET", "/api/v1/experiments") == "/api/v1/experiments");
  CHECK(pattern("GET", "/api/v1/experiments/12/trials") == "/api/v1/experiments/{id}/trials");
  for (const auto* path :
       {"", "/", "/api/v1/experiments/", "/api/v1/experiments/12", "/api/v1/experiments//trials",
        "/api/v1/experiments/12/trials/", "/api/v1/experiments/12/trials/1", "api/v1/experiments",
        "//api/v1/experiments", "*"}) {
    CAPTURE(path);
    CHECK(pattern("GET", path) == "none");
  }
  CHECK(pattern("POST", "/api/v1/experiments") == "none");
}

TEST_CASE("the words of a path are decoded, and a slash in one divides nothing") {
  CHECK(router.find("PUT", "/api/v1/experiments/5/labels/a%2Fb%20c+d").words == Words{"5", "a/b c+d"});
  CHECK(pattern("PUT", "/api/v1/experiments/5/labels/a%2") == "none");
  CHECK(pattern("PUT", "/api/v1/experiments/5/labels/%zz") == "none");
}

TEST_CASE("percent signs are followed by two hexadecimal digits") {
  CHECK(percent_decoded("a%41%c3%A4", Plus::itself) == "aA\xc3\xa4");
  CHECK(percent_decoded("a+b", Plus::blank) == "a b");
  for (const auto* text : {"%", "%4", "%4g", "a%"})
    CHECK(percent_decoded(text, Plus::itself) == std::nullopt);
}

TEST_CASE("parameters have names in either case of letters, and one or several values") {
  const Query query("sort_by_attr=SORT_BY_UUID&states=A&states=B&empty=&flag=true&limit=-1&name=a%26b");
  CHECK(query.text("sortByAttr") == "SORT_BY_UUID");
  CHECK(query.texts("states") == Words{"A", "B"});
  CHECK(query.text("empty") == "");
  CHECK(query.text("absent") == std::nullopt);
  CHECK(query.flag("flag") == true);
  CHECK(query.integer("limit") == -1);
  CHECK(query.text("name") == "a&b");
}

TEST_CASE("a parameter of a wrong type is refused in a real master's words") {
  const Query query("limit=abc&archived=maybe&offset=9999999999");
  CHECK(testing::thrown([&] { query.integer("limit"); }).message ==
        "type mismatch, parameter: limit, error: strconv.ParseInt: parsing \"abc\": invalid syntax");
  CHECK(testing::thrown([&] { query.flag("archived"); }).failure == Failure::usage);
  CHECK(testing::thrown([&] { query.integer("offset"); }).failure == Failure::usage);
  CHECK(testing::thrown([] { Query("a=%zz"); }).failure == Failure::usage);
}
