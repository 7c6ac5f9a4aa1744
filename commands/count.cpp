#include "commands/count.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <charconv>
#include <string>

namespace det::commands {

void require_at_least(int least, CLI::Option* option) {
  const auto refusal = [least](const std::string& text) -> std::string {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    if (whole && number >= least) return {};
    return fmt::format("it takes a whole number, {} or more, not '{}'", least, text);
  };
  option->check(refusal, "", "count");
}

}  // namespace det::commands
