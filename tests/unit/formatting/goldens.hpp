#pragma once

#include <string>

#include "formatting/table.hpp"
#include "model/json.hpp"

namespace det::testing {

// A file of this folder, as JSON. table_goldens.json and csv_goldens.json are written by
// make_table_goldens.py, json_goldens.json and float_goldens.json by make_json_goldens.py, yaml_goldens.json
// by make_yaml_goldens.py.
model::Json goldens(const std::string& name);

// A row as the golden files write it: texts and nulls.
formatting::Row row_of(const model::Json& cells);

}  // namespace det::testing
