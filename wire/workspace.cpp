#include "wire/workspace.hpp"

#include "wire/object.hpp"

namespace det::wire {

std::vector<Named> decode_named(const model::Json& answer, std::string_view list) {
  const model::Json& elements = Object(answer, Place{"answer"}).field(list);
  if (!elements.is_array()) invalid(Place{list}, elements.is_null() ? "is missing" : "is not a list");
  std::vector<Named> found;
  for (const auto& element : elements) {
    const Object fields(element, {list, nullptr, found.size()});
    found.push_back({.id = fields.id("id"), .name = fields.text("name")});
  }
  return found;
}

std::string decode_workspace_id(const model::Json& answer) {
  return Object(Object(answer, Place{"answer"}).field("workspace"), Place{"workspace"}).id("id");
}

}  // namespace det::wire
