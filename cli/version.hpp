#pragma once

#include <string>

namespace det::cli {

std::string version();  // "0.1.0"

// "det 0.1.0 (speaks Determined 0.38.1)" and a newline.
std::string version_line();

}  // namespace det::cli
