#pragma once

namespace CLI {
class Option;
}

namespace det::commands {

// Lets the option take a whole number only, `least` or more, that fits an int.
void require_at_least(int least, CLI::Option* option);

}  // namespace det::commands
