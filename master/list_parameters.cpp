#include "master/list_parameters.hpp"

#include <array>

#include "model/error.hpp"

namespace det::master {
namespace {

using repository::Direction;

constexpr std::array<std::pair<std::string_view, Direction>, 3> directions{
    {{"ORDER_BY_UNSPECIFIED", Direction::unspecified},
     {"ORDER_BY_ASC", Direction::ascending},
     {"ORDER_BY_DESC", Direction::descending}}};

}  // namespace

Direction direction_of(const Query& query) {
  const auto word = query.text("orderBy");
  return word ? value_of_word<Direction>(directions, *word, "apiv1.OrderBy") : Direction::unspecified;
}

repository::Slice slice_of(const Query& query) {
  return {.offset = query.integer("offset").value_or(0), .limit = query.integer("limit").value_or(0)};
}

void refuse_word(std::string_view word, std::string_view type) {
  throw Error(Failure::usage, std::string(word) + " is not a valid " + std::string(type));
}

}  // namespace det::master
