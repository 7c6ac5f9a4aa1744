#include "commands/near_matches.hpp"

#include <catch2/catch.hpp>

using det::commands::near_matches;
using Names = std::vector<std::string>;

TEST_CASE("a slip of one letter finds its word") {
  CHECK(near_matches("descibe", {"describe", "download", "list"}) == Names{"describe"});
}

TEST_CASE("the beginning of a word finds it") {
  CHECK(near_matches("list-ch", {"list-checkpoints", "list-trials", "best"}) == Names{"list-checkpoints"});
}

TEST_CASE("at most three words are named, nearest first") {
  CHECK(near_matches("lisd", {"lost", "last", "list", "lisp"}) == Names{"list", "lisp"});
  CHECK(near_matches("aaaa", {"aaab", "aaba", "abaa", "baaa"}).size() == 3);
}

TEST_CASE("nothing is near to something else, nor to a very long word") {
  CHECK(near_matches("frobnicate", {"describe", "list"}).empty());
  CHECK(near_matches(std::string(10'000, 'l'), {"list"}).empty());
}
