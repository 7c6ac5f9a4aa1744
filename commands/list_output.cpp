#include "commands/list_output.hpp"

#include <ostream>
#include <utility>

#include "formatting/json.hpp"
#include "model/error.hpp"

namespace det::commands {

ListForm list_form(const Context& context, bool csv) {
  if (csv && context.globals().json) throw Error(Failure::usage, "--csv and --json exclude each other");
  if (context.globals().json) return ListForm::json;
  return csv ? ListForm::csv : ListForm::table;
}

ListOutput::ListOutput(Context& context, ListForm form, formatting::Columns columns)
    : context_(context), form_(form), table_{std::move(columns), {}} {}

// The head is written with the first row, so that a list that fails at once prints nothing.
void ListOutput::begin() {
  if (std::exchange(begun_, true) || form_ != ListForm::csv) return;
  context_.out() << formatting::csv_line(formatting::Row(table_.columns.begin(), table_.columns.end()));
}

void ListOutput::add(formatting::Row row) {
  begin();
  if (form_ == ListForm::csv) {
    context_.out() << formatting::csv_line(row);
  } else {
    table_.rows.push_back(std::move(row));
  }
}

void ListOutput::add(const model::Json& element) {
  context_.out() << (std::exchange(begun_, true) ? ",\n  " : "[\n  ")
                 << formatting::json_text(element, {.depth = 1});
}

void ListOutput::finish() {
  if (form_ == ListForm::json) {
    context_.out() << (begun_ ? "\n]\n" : "[]\n");
    return;
  }
  begin();
  if (form_ == ListForm::csv) return;
  if (!context_.terminal().out) {
    context_.out() << formatting::to_text(table_);
    return;
  }
  const auto fitted = formatting::to_text(table_, context_.terminal().width);
  context_.out() << fitted.text;
  if (!fitted.cut.empty()) context_.err() << fitted.cut << '\n';
}

}  // namespace det::commands
