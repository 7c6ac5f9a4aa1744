#pragma once

#include <functional>
#include <string>

#include "http/transport.hpp"
#include "model/json.hpp"
#include "wire/element_scanner.hpp"
#include "wire/place.hpp"

namespace det::client {

// Reads the answer whose list is named `list`, element by element as it arrives. Returns the answer with the
// list emptied; null when `take` stopped the list, and the rest was not read. A list that is null has no
// elements. Throws Error{master} for an answer that is no such list.
model::Json read_elements(http::Response& answer, const std::string& list,
                          const wire::ElementScanner::Take& take);

using TakeTree = std::function<bool(const model::Json& element, const wire::Place& place)>;

// The same, each element as a tree, of a list that is never null.
model::Json read_trees(http::Response& answer, const std::string& list, const TakeTree& take);

// The same. Returns the total that the answer's pagination says; when `take` stopped the list, how many
// elements it took.
int read_page(http::Response& answer, const std::string& list, const TakeTree& take);

// Throws Error{master} when the list of an answer that was read whole is null.
void check_list(const model::Json& answer, const std::string& list);

}  // namespace det::client
