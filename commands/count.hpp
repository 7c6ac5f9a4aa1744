#pragma once

#include <CLI/App.hpp>

namespace det::commands {

// For an option's check(): a whole number, `least` or more, that fits an int.
CLI::Validator at_least(int least);

}  // namespace det::commands
