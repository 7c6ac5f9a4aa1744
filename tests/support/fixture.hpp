#pragma once

#include <string>

namespace det::testing {

// What tests/fixtures/NAME holds; a std::runtime_error when it cannot be read.
std::string fixture(const std::string& name);

}  // namespace det::testing
