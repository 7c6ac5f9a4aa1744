#pragma once

#include <stdexcept>

#include "model/error.hpp"

namespace det::testing {

// The Error that `act` throws; a std::logic_error when it throws none.
template <typename Act>
Error thrown(const Act& act) {
  try {
    act();
  } catch (const Error& error) {
    return error;
  }
  throw std::logic_error("no error was thrown");
}

}  // namespace det::testing
