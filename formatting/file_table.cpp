#include "formatting/file_table.hpp"

#include "formatting/cells.hpp"
#include "formatting/values.hpp"

namespace det::formatting {

Columns file_columns() {
  return {"File", "Size"};
}

Row file_row(const model::CheckpointFile& file) {
  const bool is_folder = file.path.ends_with('/');
  return {text_cell(file.path), is_folder ? Cell{} : Cell{human_size(file.size_bytes)}};
}

}  // namespace det::formatting
