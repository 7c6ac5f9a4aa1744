#pragma once

#include <cstdint>

#include "model/json.hpp"

namespace det::wire {

// Which part of a list an answer holds.
struct Pagination {
  std::int64_t end_index = 0;  // one past the last element, of all
  std::int64_t total = 0;      // how many elements match in all
};

// Of the whole answer. Throws Error{master} when it says none.
Pagination decode_pagination(const model::Json& answer);

}  // namespace det::wire
