#include "formatting/table.hpp"

#include "formatting/table_drawing.hpp"

namespace det::formatting {

std::string to_text(const Table& table) {
  return draw(lay_out(table));
}

}  // namespace det::formatting
