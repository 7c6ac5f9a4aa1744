#include "commands/arguments.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <charconv>
#include <cstdint>

namespace det::commands {
namespace {

template <typename Value>
Argument added(CLI::App& app, std::string_view names, Value& into, std::string_view placeholder,
               std::string_view help) {
  auto* const option = app.add_option(std::string(names), into, std::string(help));
  return Argument(*option->type_name(std::string(placeholder)));
}

}  // namespace

Argument Argument::required() {
  option_->required();
  return *this;
}

Argument Argument::one_word_each() {
  option_->allow_extra_args(false);
  return *this;
}

Argument Argument::one_of(std::initializer_list<const char*> words) {
  option_->check(CLI::IsMember(std::vector<std::string>(words.begin(), words.end())));
  return *this;
}

Argument Argument::between(int least, int most) {
  option_->check(CLI::Range(least, most));
  return *this;
}

Argument Argument::at_least(int least) {
  const auto refusal = [least](const std::string& text) -> std::string {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    if (whole && number >= least) return {};
    return fmt::format("it takes a whole number, {} or more, not '{}'", least, text);
  };
  option_->check(refusal, "", "count");
  return *this;
}

Argument Argument::check(Complaint complaint) {
  option_->check(complaint, "", "complaint");
  return *this;
}

void Arguments::positional(std::string_view name, std::string& into, std::string_view help) {
  added(app_, name, into, "", help).required();
}

void Arguments::positional(std::string_view name, std::optional<std::string>& into, std::string_view help) {
  added(app_, name, into, "", help);
}

void Arguments::positional(std::string_view name, std::vector<std::string>& into, std::string_view help) {
  added(app_, name, into, "", help).required();
}

Argument Arguments::option(std::string_view names, std::string& into, std::string_view placeholder,
                           std::string_view help) {
  return added(app_, names, into, placeholder, help);
}

Argument Arguments::option(std::string_view names, std::optional<std::string>& into,
                           std::string_view placeholder, std::string_view help) {
  return added(app_, names, into, placeholder, help);
}

Argument Arguments::option(std::string_view names, std::vector<std::string>& into,
                           std::string_view placeholder, std::string_view help) {
  return added(app_, names, into, placeholder, help);
}

Argument Arguments::option(std::string_view names, int& into, std::string_view placeholder,
                           std::string_view help) {
  return added(app_, names, into, placeholder, help);
}

Argument Arguments::option(std::string_view names, std::optional<int>& into, std::string_view placeholder,
                           std::string_view help) {
  return added(app_, names, into, placeholder, help);
}

Argument Arguments::option(std::string_view names, std::optional<double>& into, std::string_view placeholder,
                           std::string_view help) {
  return added(app_, names, into, placeholder, help);
}

Argument Arguments::option(std::string_view names, const std::function<void(const std::string&)>& into,
                           std::string_view placeholder, std::string_view help) {
  auto* const option = app_.add_option_function<std::string>(std::string(names), into, std::string(help));
  return Argument(*option->type_name(std::string(placeholder)));
}

void Arguments::flag(std::string_view names, bool& into, std::string_view help) {
  app_.add_flag(std::string(names), into, std::string(help));
}

void Arguments::flag(std::string_view names, const std::function<void()>& when_given, std::string_view help) {
  app_.add_flag_function(
      std::string(names), [when_given](std::int64_t) { when_given(); }, std::string(help));
}

}  // namespace det::commands
