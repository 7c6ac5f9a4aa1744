#pragma once

#include <string>
#include <vector>

#include "model/checkpoint.hpp"

namespace det::testing {

// Every checkpoint of a list answer, through scanner and decoder.
std::vector<model::Checkpoint> listed(const std::string& answer);

// The same of a list with this one element.
model::Checkpoint listed_alone(const std::string& element);

}  // namespace det::testing
