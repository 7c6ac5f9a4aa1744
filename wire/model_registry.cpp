#include "wire/model_registry.hpp"

#include "wire/object.hpp"

namespace det::wire {

std::string decode_model_name(const model::Json& tree, const Place& place) {
  return Object(tree, place).text("name");
}

std::string decode_registered_checkpoint(const model::Json& tree, const Place& place) {
  const Object version(tree, place);
  return Object(version.field("checkpoint"), version.at("checkpoint")).text("uuid");
}

}  // namespace det::wire
