#pragma once

#include "formatting/table.hpp"
#include "model/checkpoint.hpp"

namespace det::formatting {

// `checkpoint describe --files`: one row a path, in the source's order. A folder has no size.
Columns file_columns();
Row file_row(const model::CheckpointFile& file);

}  // namespace det::formatting
