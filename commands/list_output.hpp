#pragma once

#include "commands/context.hpp"
#include "formatting/table.hpp"
#include "model/json.hpp"

namespace det::commands {

enum class ListForm { table, csv, json };

// The form that the flags ask for. Throws Error{usage} for --json with --csv.
ListForm list_form(const Context& context, bool csv);

// Where a list goes. CSV and JSON leave row by row; a table waits for its last row to know its widths.
class ListOutput {
 public:
  ListOutput(Context& context, ListForm form, formatting::Columns columns);

  bool wants_json() const { return form_ == ListForm::json; }
  void add(formatting::Row row);         // unless wants_json()
  void add(const model::Json& element);  // if wants_json()
  // Call once, after the last row.
  void finish();

 private:
  void begin();

  Context& context_;
  ListForm form_;
  formatting::Table table_;
  bool begun_ = false;
};

}  // namespace det::commands
