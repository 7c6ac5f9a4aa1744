#include "commands/description_output.hpp"

#include <utility>

#include "model/error.hpp"

namespace det::commands {

ListForm description_form(const Context& context, bool csv) {
  if (csv && context.globals().json) throw Error(Failure::usage, "--csv and --json exclude each other");
  return list_form(context, csv);
}

void print_table(Context& context, ListForm form, formatting::Table table) {
  ListOutput output(context, form, std::move(table.columns));
  for (auto& row : table.rows) output.add(std::move(row));
  output.finish();
}

std::string csv_text(const formatting::Table& table) {
  auto text = formatting::csv_line(formatting::Row(table.columns.begin(), table.columns.end()));
  for (const auto& row : table.rows) text += formatting::csv_line(row);
  return text;
}

}  // namespace det::commands
