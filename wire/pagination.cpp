#include "wire/pagination.hpp"

#include "wire/object.hpp"

namespace det::wire {

Pagination decode_pagination(const model::Json& answer) {
  const Object fields(Object(answer, Place{"answer"}).field("pagination"), Place{"pagination"});
  return {.end_index = fields.integer("endIndex"), .total = fields.integer("total")};
}

}  // namespace det::wire
