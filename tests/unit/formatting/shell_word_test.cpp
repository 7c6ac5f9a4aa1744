#include "formatting/shell_word.hpp"

#include <catch2/catch.hpp>

using det::formatting::shell_word;

TEST_CASE("a word for a shell is quoted where the shell would take it apart") {
  CHECK(shell_word("http://host:8080") == "http://host:8080");
  CHECK(shell_word("dir:a b") == "'dir:a b'");
  CHECK(shell_word("it's $HOME") == "'it'\\''s $HOME'");
  CHECK(shell_word("") == "''");
}
