#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "formatting/table.hpp"

namespace {

using det::formatting::Table;
using det::formatting::to_text;

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto letters = std::count_if(line.begin(), line.end(), [](char byte) {
      return (static_cast<unsigned char>(byte) & 0xc0u) != 0x80;
    });
    widest = std::max(widest, static_cast<std::size_t>(letters));
  }
  return widest;
}

const Table checkpoints{
    {"Trial ID", "State", "Validation Metric", "UUID", "Resources", "Size"},
    {{"6", "COMPLETED", "0.5", "a0000004-0000-4000-8000-000000000004", "code/model_def.py\nmetadata.json",
      "1.1KB"},
     {"7", "COMPLETED", "0.25", "a0000008-0000-4000-8000-000000000008", "state_dict.pth", "1.1KB"}}};

}  // namespace

TEST_CASE("a table that fits the terminal is drawn in full") {
  const auto whole = to_text(checkpoints);
  const auto fitted = to_text(checkpoints, static_cast<int>(widest_line(whole)));
  CHECK(fitted.text == whole);
  CHECK(fitted.cut.empty());
}

TEST_CASE("the padding of headers goes before anything is cut") {
  const Table table{{"Trial ID", "State"}, {{"6", "COMPLETED"}}};
  const auto fitted = to_text(table, 22);
  CHECK(fitted.text ==
        " Trial ID | State\n"
        "----------+-----------\n"
        "        6 | COMPLETED\n");
  CHECK(fitted.cut.empty());
}

TEST_CASE("long texts are cut before ids and numbers, and the sentence names their columns") {
  const auto fitted = to_text(checkpoints, 104);
  CHECK(fitted.text ==
        " Trial ID | State     | Validation Metric | UUID                                 | Resources    | "
        "Size\n"
        "----------+-----------+-------------------+--------------------------------------+--------------+---"
        "----\n"
        "        6 | COMPLETED |              0.5  | a0000004-0000-4000-8000-000000000004 | code/model_… | "
        "1.1KB\n"
        "          |           |                   |                                      | metadata.js… |\n"
        "        7 | COMPLETED |              0.25 | a0000008-0000-4000-8000-000000000008 | state_dict.… | "
        "1.1KB\n");
  CHECK(fitted.cut == "cut to fit the terminal: Resources; pipe the output to see all");
}

TEST_CASE("on a narrow terminal headers are cut, then texts, and ids stay whole") {
  const auto fitted = to_text(checkpoints, 73);
  CHECK(fitted.text ==
        " Tr… | Sta… | Val… | UUID                                 | Res… | Size\n"
        "-----+------+------+--------------------------------------+------+-------\n"
        "   6 | COM… | 0.5  | a0000004-0000-4000-8000-000000000004 | cod… | 1.1KB\n"
        "     |      |      |                                      | met… |\n"
        "   7 | COM… | 0.25 | a0000008-0000-4000-8000-000000000008 | sta… | 1.1KB\n");
  CHECK(fitted.cut ==
        "cut to fit the terminal: Trial ID, State, Validation Metric, Resources; pipe the output to see all");
}

TEST_CASE("ids are cut before numbers") {
  const auto fitted = to_text(checkpoints, 43);
  CHECK(fitted.text ==
        " Tr… | St… | Val… | UUID       | Re… | Si…\n"
        "-----+-----+------+------------+-----+-----\n"
        "   6 | CO… | 0.5  | a0000004-… | co… | 1.…\n"
        "     |     |      |            | me… |\n"
        "   7 | CO… | 0.25 | a0000008-… | st… | 1.…\n");
}

TEST_CASE("no line is wider than the terminal while every column can have three letters") {
  // Six columns of 3 letters, 2 blanks each, and 5 lines between them.
  for (int width = 35; width < 160; ++width) {
    const auto fitted = to_text(checkpoints, width);
    CHECK(widest_line(fitted.text) <= static_cast<std::size_t>(width));
  }
  for (const int width : {-1, 0, 1, 20, 34}) CHECK(widest_line(to_text(checkpoints, width).text) == 35);
}

TEST_CASE("a header of two lines is named in one") {
  const auto fitted = to_text({{"Validation Metric\n(loss)"}, {{"0.5"}}}, 12);
  CHECK(fitted.text ==
        " Validatio…\n"
        "     (loss)\n"
        "------------\n"
        "        0.5\n");
  CHECK(fitted.cut == "cut to fit the terminal: Validation Metric (loss); pipe the output to see all");
}

TEST_CASE("a cut never splits a letter, and wide letters count as a terminal shows them") {
  const Table table{{"Name", "N"}, {{"é日本語テキストの名前です!", "1"}, {std::string(5'000'000, 'x'), "2"}}};
  CHECK(to_text(table, 18).text ==
        " Name         | N\n"
        "--------------+---\n"
        " é日本語テキ… | 1\n"
        " xxxxxxxxxxx… | 2\n");
  CHECK(to_text(table, 17).text ==
        " Name        | N\n"
        "-------------+---\n"
        " é日本語テ…  | 1\n"
        " xxxxxxxxxx… | 2\n");
}

TEST_CASE("a table of wide letters that fits is drawn as it is when piped") {
  const Table table{{"Name", "N"}, {{"日本語", "1"}, {"abc", "2"}}};
  CHECK(to_text(table, 19).text == to_text(table));
  CHECK(to_text(table, 15).text ==
        " Name   |   N\n"
        "--------+-----\n"
        " 日本語 |   1\n"
        " abc    |   2\n");
}
