#pragma once

#include <string>

#include "commands/list_output.hpp"
#include "formatting/table.hpp"

namespace det::commands {

// The form that the flags ask for. Throws Error{usage} for --csv together with --json, as officially.
ListForm description_form(const Context& context, bool csv);

// Prints one of a description's tables, as a table or CSV.
void print_table(Context& context, ListForm form, formatting::Table table);

// Head and rows.
std::string csv_text(const formatting::Table& table);

}  // namespace det::commands
