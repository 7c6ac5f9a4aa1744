#pragma once

#include <string>

#include "model/error.hpp"

namespace det::testing {

// The sentence of the Error{master} that `attempt` ends in; what else happened, in words.
template <typename Attempt>
std::string refusal(const Attempt& attempt) {
  try {
    attempt();
  } catch (const Error& error) {
    return error.failure == Failure::master ? error.message : "another failure: " + error.message;
  }
  return "no error";
}

}  // namespace det::testing
