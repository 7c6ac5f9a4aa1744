#pragma once

#include <memory>
#include <string>
#include <vector>

#include "commands/command.hpp"
#include "tests/support/fake_context.hpp"

namespace det::testing {

// Runs one command in `context` and returns all that it has printed there; throws what it throws.
std::string ran(const commands::Command& command, std::vector<std::string> words, FakeContext& context);

}  // namespace det::testing
