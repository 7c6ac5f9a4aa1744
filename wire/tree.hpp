#pragma once

#include <string_view>

#include "model/json.hpp"
#include "wire/padded_text.hpp"
#include "wire/place.hpp"

namespace det::wire {

// How deep lists and objects may lie in each other.
inline constexpr int deepest_tree = 200;
// And how many values, lists and objects it may hold: each costs some 100 bytes.
inline constexpr int largest_tree = 4'000'000;

// Reads a whole JSON object. Keys keep their order, and one that is there twice is kept twice (the first is
// found). Whole numbers stay whole up to 64 bits; larger ones become floating-point numbers. Throws
// Error{master} for everything that is no JSON object in UTF-8, or nests deeper than deepest_tree, or holds
// more than largest_tree.
model::Json parse_tree(std::string_view object);
// The same of what stands at `place` of an answer.
model::Json parse_tree(const PaddedText& object, const Place& place);

}  // namespace det::wire
