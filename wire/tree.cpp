#include "wire/tree.hpp"

#include "wire/parsed_value.hpp"

namespace det::wire {
namespace {

// `place`: of the object; none for a whole answer.
model::Json parse(const PaddedText& text, const Place* place) {
  namespace ondemand = simdjson::ondemand;
  ondemand::parser parser;
  ondemand::document document = parser.iterate(padded(text));
  model::Json whole = model::Json::object();
  auto& members = whole.get_ref<model::Json::object_t&>();
  for (ondemand::field field : document.get_object()) {
    std::string key(std::string_view(field.unescaped_key()));
    model::Json value = tree(field.value(), Place{key, place});
    members.emplace_back(std::move(key), std::move(value));
  }
  if (!at_end(document)) invalid("something follows its end");
  return whole;
}

}  // namespace

model::Json parse_tree(std::string_view object) {
  try {
    return parse(PaddedText(object), nullptr);
  } catch (const simdjson::simdjson_error&) {
    invalid("it is not a JSON object");
  }
}

model::Json parse_tree(const PaddedText& object, const Place& place) {
  try {
    return parse(object, &place);
  } catch (const simdjson::simdjson_error&) {
    invalid(place, "is not JSON");
  }
}

}  // namespace det::wire
