#pragma once

#include <string>

#include "model/json.hpp"

namespace det::formatting {

struct JsonStyle {
  int indent = 2;  // blanks a level; -1: all in one line, as json.dumps without indent (", " and ": ")
  bool sort_keys = false;  // by code point
  int depth = 0;  // levels that the text stands inside: its lines after the first begin further right
};

// The text that Python's json.dumps gives: floats by their shortest repr (1.0, 1e-05, 1e+16), integers as
// they are, everything beyond ASCII as \uXXXX escapes, so that it is safe on any terminal. Unlike Python's,
// it is always valid JSON: NaN and infinities are the strings "NaN", "Infinity", "-Infinity". Bytes that are
// not UTF-8 become U+FFFD. No newline at the end. A tree of more than 1000 levels throws
// Error(Failure::master).
//
// An array can be written element by element: "[\n  ", then each json_text(element, {.depth = 1}), ",\n  "
// between them, and "\n]".
std::string json_text(const model::Json& value, const JsonStyle& style = {});

// A double as Python's repr gives it: shortest that reads back the same; "nan", "inf", "-inf".
std::string float_text(double value);

}  // namespace det::formatting
