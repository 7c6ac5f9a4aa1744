// What a list of checkpoints costs with nlohmann's DOM: reads the file named by the first argument, parses
// it, and counts the rows that have a metric. It prints no table, so it does less than the command that it is
// compared with.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

int main(int count, char** arguments) {
  if (count != 2) return 2;
  std::ifstream file(arguments[1], std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto document = nlohmann::json::parse(text);
  std::size_t ranked = 0;
  for (const auto& row : document.at("checkpoints")) {
    if (row.at("training").contains("searcherMetric")) ++ranked;
  }
  std::printf("%zu\n", ranked);
  return 0;
}
