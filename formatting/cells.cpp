#include "formatting/cells.hpp"

#include "formatting/json.hpp"
#include "formatting/values.hpp"

namespace det::formatting {

Cell text_cell(const std::string& text) {
  return text.empty() ? Cell() : Cell(terminal_safe(text));
}

Cell count_cell(const std::optional<std::int64_t>& count) {
  return count ? Cell(std::to_string(*count)) : Cell();
}

Cell truth_cell(bool truth) {
  return truth ? "True" : "False";
}

Cell value_cell(const model::Json& value) {
  if (value.is_null()) return std::nullopt;
  if (value.is_boolean()) return truth_cell(value.get<bool>());
  if (value.is_string()) return terminal_safe(value.get_ref<const std::string&>());
  if (value.is_number_float()) return float_text(value.get<double>());
  return json_text(value, {.indent = -1});
}

Cell member_cell(const model::Json& tree, const std::string& name) {
  if (!tree.is_object()) return std::nullopt;
  const auto member = tree.find(name);
  return member == tree.end() ? std::nullopt : value_cell(*member);
}

Cell tree_cell(const model::Json& tree) {
  return json_text(tree, {.indent = 4});
}

}  // namespace det::formatting
