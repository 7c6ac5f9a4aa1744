#pragma once

#include <string>

#include "model/json.hpp"

namespace det::formatting {

struct JsonStyle {
  int indent = 2;  // blanks a level; -1: all in one line, as json.dumps without indent (", " and ": ")
  bool sort_keys = false;  // by code point
};

// The text that Python's json.dumps gives: floats by their shortest repr (1.0, 1e-05, 1e+16), everything
// beyond ASCII as \uXXXX escapes, so that it is safe on any terminal. No newline at the end.
std::string json_text(const model::Json& value, const JsonStyle& style = {});

// A double as Python's repr gives it: shortest that reads back the same; "nan", "inf", "-inf".
std::string float_text(double value);

}  // namespace det::formatting
