#include "storage/glob.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace det::testing {
namespace {

using storage::glob_matches;

TEST_CASE("a pattern fits part by part") {
  CHECK(glob_matches("*.pt", "model.pt"));
  CHECK(glob_matches("*.pt", ".hidden.pt"));
  CHECK_FALSE(glob_matches("*.pt", "code/model.pt"));
  CHECK_FALSE(glob_matches("*", "a/b"));
  CHECK(glob_matches("code/?.py", "code/a.py"));
  CHECK(glob_matches("code/?.py", "code/\u00e9.py"));
  CHECK_FALSE(glob_matches("code/?.py", "code/ab.py"));
  CHECK(glob_matches("a*b*c", "aXbYbZc"));
  CHECK_FALSE(glob_matches("a*b*c", "aXbYbZ"));
  CHECK_FALSE(glob_matches("", "a"));
}

TEST_CASE("two stars stand for any number of parts") {
  CHECK(glob_matches("**/*", "a"));
  CHECK(glob_matches("**/*", "a/b/c"));
  CHECK(glob_matches("nested/**", "nested/a/b"));
  CHECK(glob_matches("nested/**", "nested"));
  CHECK_FALSE(glob_matches("nested/**", "nest/a"));
  CHECK(glob_matches("a/**/z", "a/z"));
  CHECK(glob_matches("a/**/z", "a/b/c/z"));
  CHECK_FALSE(glob_matches("a/**/z", "b/z"));
}

TEST_CASE("a set in brackets stands for one of its characters, and one that is not closed for itself") {
  CHECK(glob_matches("[a-c]1", "b1"));
  CHECK_FALSE(glob_matches("[a-c]1", "d1"));
  CHECK(glob_matches("[!a-c]1", "d1"));
  CHECK(glob_matches("[]]", "]"));
  CHECK(glob_matches("[a-]", "-"));
  CHECK(glob_matches("[ab", "[ab"));
}

TEST_CASE("a hostile pattern takes no time") {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  CHECK_FALSE(glob_matches(pattern + "b", std::string(250, 'a')));
  std::string deep;
  for (int i = 0; i < 200; ++i) deep += "**/a/";
  CHECK_FALSE(glob_matches(deep + "b", "a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a"));
}

}  // namespace
}  // namespace det::testing
