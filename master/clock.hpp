#pragma once

#include "model/time.hpp"

namespace det::master {

// This moment, as the catalogue keeps it.
inline model::Time now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace det::master
