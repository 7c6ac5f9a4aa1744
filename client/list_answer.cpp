#include "client/list_answer.hpp"

#include <limits>

#include "wire/pagination.hpp"
#include "wire/tree.hpp"

namespace det::client {

model::Json read_elements(http::Response& answer, const std::string& list,
                          const wire::ElementScanner::Take& take) {
  wire::ElementScanner scanner(list);
  for (auto piece = answer.next(); !piece.empty(); piece = answer.next()) {
    if (!scanner.feed(piece, take)) return nullptr;
  }
  return scanner.finish();
}

model::Json read_trees(http::Response& answer, const std::string& list, const TakeTree& take) {
  model::Json rest =
      read_elements(answer, list, [&](const wire::PaddedText& element, const wire::Place& place) {
        return take(wire::parse_tree(element, place), place);
      });
  check_list(rest, list);
  return rest;
}

int read_page(http::Response& answer, const std::string& list, const TakeTree& take) {
  int taken = 0;
  const model::Json rest =
      read_trees(answer, list, [&](const model::Json& element, const wire::Place& place) {
        ++taken;
        return take(element, place);
      });
  if (rest.is_null()) return taken;
  const std::int64_t total = wire::decode_pagination(rest).total;
  if (total < 0 || total > std::numeric_limits<int>::max()) {
    wire::invalid("pagination.total is no count");
  }
  return static_cast<int>(total);
}

void check_list(const model::Json& answer, const std::string& list) {
  if (answer.is_object() && answer.at(list).is_null()) wire::invalid(wire::Place{list}, "is missing");
}

}  // namespace det::client
