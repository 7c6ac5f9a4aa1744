#include "formatting/terminal_columns.hpp"

#include <catch2/catch.hpp>

using det::formatting::first_columns;
using det::formatting::terminal_columns;

TEST_CASE("wide letters take two columns and combining marks none") {
  CHECK(terminal_columns("") == 0);
  CHECK(terminal_columns("abc ~") == 5);
  CHECK(terminal_columns("café…") == 5);
  CHECK(terminal_columns("日本語") == 6);
  CHECK(terminal_columns("ｆｕｌｌ한글") == 12);
  CHECK(terminal_columns("😀🚀") == 4);
  CHECK(terminal_columns("e\u0301") == 1);
  CHECK(terminal_columns("\U00020000") == 2);
}

TEST_CASE("a start of so many columns ends before a letter that does not fit") {
  CHECK(first_columns("日本語", 4) == "日本");
  CHECK(first_columns("日本語", 5) == "日本");
  CHECK(first_columns("日本語", 1).empty());
  CHECK(first_columns("e\u0301x", 1) == "e\u0301");
  CHECK(first_columns("abc", 10) == "abc");
}
