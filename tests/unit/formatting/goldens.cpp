#include "goldens.hpp"

#include <fstream>

namespace det::testing {

model::Json goldens(const std::string& name) {
  std::ifstream file(std::string(DET_GOLDENS) + "/" + name);
  return model::Json::parse(file);
}

formatting::Row row_of(const model::Json& cells) {
  formatting::Row row;
  for (const auto& cell : cells) {
    row.push_back(cell.is_null() ? formatting::Cell{} : formatting::Cell{cell.get<std::string>()});
  }
  return row;
}

}  // namespace det::testing
