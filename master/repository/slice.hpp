#pragma once

#include <cstdint>
#include <vector>

namespace det::master::repository {

// Which rows of a list are wanted.
struct Slice {
  std::int64_t offset = 0;  // below 0: counted from the end, where a list allows that
  std::int64_t limit = 0;   // 0 or -1: all; -2: none
};

// A slice of a list.
template <typename Row>
struct Listed {
  std::vector<Row> rows = {};
  std::int64_t total = 0;   // without the slice
  std::int64_t offset = 0;  // of the first row, counted from the start
};

// Of sorting. `unspecified`: what the list says.
enum class Direction { unspecified, ascending, descending };

}  // namespace det::master::repository
