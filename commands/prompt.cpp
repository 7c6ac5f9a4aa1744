#include "commands/prompt.hpp"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <cctype>
#include <istream>
#include <ostream>
#include <utility>

#include "commands/context.hpp"
#include "model/error.hpp"

namespace det::commands {
namespace {

// Keeps the terminal from showing what is typed, as long as it lives. Without a terminal it does nothing.
class Unseen final {
 public:
  Unseen() : changed_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!changed_) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  ~Unseen() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

 private:
  termios before_{};
  bool changed_;
};

void ask(Context& context, std::string_view text) {
  if (context.globals().no_input) {
    throw Error(Failure::declined, "an answer is needed, and --no-input forbids to ask for it");
  }
  context.err() << text << std::flush;
}

std::string read_line(Context& context) {
  std::string line;
  bool got = false;
  try {
    got = static_cast<bool>(std::getline(context.in(), line));
  } catch (const Error&) {  // stopped while waiting: what is said next gets a line of its own
    context.err() << '\n';
    throw;
  }
  if (!got) {
    context.err() << '\n';
    throw Error(Failure::declined, "the input ended before a question was answered");
  }
  return line;
}

std::string lower_case(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  const auto first = line.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  std::string word(line.substr(first, line.find_last_not_of(blanks) - first + 1));
  for (char& character : word)
    character = static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
  return word;
}

}  // namespace

bool confirm(Context& context, std::string_view question) {
  while (true) {
    ask(context, std::string(question) + " [y/n]: ");
    const std::string answer = lower_case(read_line(context));
    // A terminal has shown the line that the user ended; from a pipe nothing was shown.
    if (!context.terminal().in) context.err() << '\n';
    if (answer == "y" || answer == "yes") return true;
    if (answer == "n" || answer == "no") return false;
    context.err() << "Please respond with 'y'/'yes' or 'n'/'no'\n";
  }
}

void require_input(const Context& context, std::string_view what, std::string next) {
  if (!context.globals().no_input) return;
  throw Error(Failure::declined,
              fmt::format("{} needs a confirmation, and --no-input forbids to ask for it", what))
      .advising(std::move(next));
}

std::string ask_password(Context& context, std::string_view prompt) {
  ask(context, prompt);
  std::string password;
  if (context.terminal().in) {
    const Unseen unseen;
    password = read_line(context);
  } else {
    password = read_line(context);
  }
  context.err() << '\n';
  return password;
}

}  // namespace det::commands
