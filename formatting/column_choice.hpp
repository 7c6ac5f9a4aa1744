#pragma once

#include <string>
#include <vector>

#include "formatting/table.hpp"
#include "model/checkpoint.hpp"

namespace det::formatting {

// One column that the user named: a fixed one ("uuid"), or a member of a tree ("metric:loss": key is "loss").
struct ChosenColumn {
  std::string name;
  std::string key;
};
using ColumnChoice = std::vector<ChosenColumn>;

// "uuid,metric:loss,size". Throws Error{usage} for a name that is none.
ColumnChoice column_choice(const std::string& names);

Columns chosen_columns(const ColumnChoice& choice);
Row chosen_row(const model::Checkpoint& checkpoint, const ColumnChoice& choice);

}  // namespace det::formatting
