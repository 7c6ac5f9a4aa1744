#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "formatting/table.hpp"
#include "model/json.hpp"

namespace det::formatting {

// The cells that all tables of records are made of. What a record lacks is an absent cell: the newest
// tabulate, which the official tool runs with, lets an empty text leave a column's type alone, and so does an
// absent cell.

// A name or word from elsewhere, terminal_safe; absent when empty.
Cell text_cell(const std::string& text);

Cell count_cell(const std::optional<std::int64_t>& count);

// "True" or "False".
Cell truth_cell(bool truth);

// A value of a tree as Python's str() shows it; a list or an object as JSON in one line; absent for null.
Cell value_cell(const model::Json& value);

// Member `name` of a tree as value_cell; absent when the tree is no object or lacks it.
Cell member_cell(const model::Json& tree, const std::string& name);

// A tree as JSON of many lines, indented by 4, in its own order.
Cell tree_cell(const model::Json& tree);

}  // namespace det::formatting
