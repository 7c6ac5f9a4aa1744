#include "formatting/table.hpp"

#include <catch2/catch.hpp>

#include "goldens.hpp"

namespace {

using det::formatting::Table;
using det::formatting::to_text;

Table table_of(const det::model::Json& golden) {
  Table table{golden["columns"].get<det::formatting::Columns>(), {}};
  for (const auto& row : golden["rows"]) table.rows.push_back(det::testing::row_of(row));
  return table;
}

}  // namespace

TEST_CASE("tables are those of tabulate 0.9.0") {
  const auto goldens = det::testing::goldens("table_goldens.json");
  CHECK(goldens.size() > 500);
  for (const auto& golden : goldens) {
    INFO(golden.dump());
    CHECK(to_text(table_of(golden)) == golden["text"].get<std::string>());
  }
}

TEST_CASE("a cell with two lines makes a row two lines high") {
  const Table table{{"UUID", "Files"}, {{"a1", "model.pt\noptimizer.pt"}, {"b2", ""}}};
  CHECK(to_text(table) ==
        " UUID   | Files\n"
        "--------+--------------\n"
        " a1     | model.pt\n"
        "        | optimizer.pt\n"
        " b2     |\n");
}

TEST_CASE("an absent cell leaves its column a column of numbers") {
  const Table table{{"Metric"}, {{"0.5"}, {std::nullopt}, {"12.25"}}};
  CHECK(to_text(table) ==
        "   Metric\n"
        "----------\n"
        "     0.5\n"
        "\n"
        "    12.25\n");
}

TEST_CASE("control characters in cells and headers are drawn as escapes, and widths count the escapes") {
  const Table table{{"Na\tme", "B"},
                    {{"\x1b[31mred\r", "x"},
                     {"\xff"
                      "a\xc2\x9b\xe2\x80\xae",
                      "y"}}};
  CHECK(to_text(table) ==
        " Na\\tme          | B\n"
        "-----------------+-----\n"
        " \\x1b[31mred\\r   | x\n"
        " \\xffa\\x9b\\u202e | y\n");
}

TEST_CASE("True beside real numbers counts as 1, as a Python bool does") {
  const Table table{{"N"}, {{"True"}, {"2.5"}, {"False"}}};
  CHECK(to_text(table) ==
        "   N\n"
        "-----\n"
        " 1\n"
        " 2.5\n"
        " 0\n");
}
