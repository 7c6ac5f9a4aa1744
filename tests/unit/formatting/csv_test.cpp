#include <catch2/catch.hpp>

#include "formatting/table.hpp"
#include "goldens.hpp"

using det::formatting::csv_line;

TEST_CASE("CSV records are those of Python's csv.writer") {
  const auto goldens = det::testing::goldens("csv_goldens.json");
  CHECK(goldens.size() > 250);
  for (const auto& golden : goldens) {
    INFO(golden.dump());
    CHECK(csv_line(det::testing::row_of(golden["row"])) == golden["text"].get<std::string>());
  }
}

TEST_CASE("newlines stay in CSV cells, and other control characters are escaped") {
  CHECK(csv_line({"a\nb", "c\rd\te", "\x1b]0;x\x07", "\xc2\x85", "\x7f", "\xfe"}) ==
        "\"a\nb\",c\\rd\\te,\\x1b]0;x\\x07,\\x85,\\x7f,\\xfe\r\n");
}
