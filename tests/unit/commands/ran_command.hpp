#pragma once

#include <functional>
#include <string>
#include <vector>

#include "commands/arguments.hpp"
#include "commands/command.hpp"
#include "tests/support/fake_context.hpp"

namespace det::testing {

// Reads `words` as a line that takes what `declare` declares. Throws Error{usage} when they are refused.
void read_words(std::vector<std::string> words, const std::function<void(commands::Arguments&)>& declare);

// Runs one command in `context` and returns all that it has printed there; throws what it throws.
std::string ran(const commands::Command& command, std::vector<std::string> words, FakeContext& context);

}  // namespace det::testing
