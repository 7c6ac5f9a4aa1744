#pragma once

#include <string_view>
#include <utility>

#include "model/error.hpp"

namespace det::commands {

// Does `work`, and puts what was being done in front of its error: "failed to list trials: ...".
template <typename Work>
decltype(auto) naming(std::string_view doing, Work&& work) {
  try {
    return std::forward<Work>(work)();
  } catch (const Error& error) {
    const bool our_own_stop = error.failure == Failure::interrupted || error.failure == Failure::terminated ||
                              error.failure == Failure::declined || error.failure == Failure::usage;
    if (our_own_stop) throw;
    throw error.within(doing);
  }
}

}  // namespace det::commands
