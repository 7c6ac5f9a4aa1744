#include "commands/arguments.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdint>

#include "model/number.hpp"

namespace det::commands {
namespace {

using Kind = Declaration::Kind;

template <typename Value>
constexpr bool is_list = false;
template <>
constexpr bool is_list<std::vector<std::string>> = true;

// Numbers are not completed, and need not say so.
template <typename Value>
constexpr Completion completion_of = Completion::undeclared;
template <>
constexpr Completion completion_of<int> = Completion::nothing;
template <>
constexpr Completion completion_of<std::optional<int>> = Completion::nothing;
template <>
constexpr Completion completion_of<std::optional<double>> = Completion::nothing;

// "-o,--output-dir" in two.
std::vector<std::string> divided(std::string_view names) {
  std::vector<std::string> parts;
  while (!names.empty()) {
    const auto end = std::min(names.find(','), names.size());
    parts.emplace_back(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return parts;
}

}  // namespace

Argument Argument::completes(Completion completion) {
  declaration_->completion = completion;
  return *this;
}

Argument Argument::required() {
  option_->required();
  declaration_->is_required = true;
  return *this;
}

Argument Argument::one_word_each() {
  option_->allow_extra_args(false);
  declaration_->takes_many = false;
  return *this;
}

Argument Argument::one_of(std::initializer_list<const char*> words) {
  option_->check(CLI::IsMember(std::vector<std::string>(words.begin(), words.end())));
  return offers(words);
}

Argument Argument::between(int least, int most) {
  option_->check(CLI::Range(least, most));
  return *this;
}

Argument Argument::at_least(int least) {
  const auto refusal = [least](const std::string& text) -> std::string {
    const auto number = model::number<int>(text);
    if (number && *number >= least) return {};
    return fmt::format("it takes a whole number, {} or more, not '{}'", least, text);
  };
  option_->check(refusal, "", "count");
  return *this;
}

Argument Argument::check(Complaint complaint) {
  option_->check(complaint, "", "complaint");
  return *this;
}

Argument Argument::offers(std::initializer_list<const char*> words) {
  declaration_->choices.assign(words.begin(), words.end());
  return *this;
}

Declaration& Arguments::declare(Kind kind, std::string_view names, std::string_view help) {
  auto& declaration = declared_.emplace_back();
  declaration.kind = kind;
  declaration.names = divided(names);
  declaration.help = help;
  return declaration;
}

template <typename Value>
Argument Arguments::add(Kind kind, std::string_view names, Value& into, std::string_view placeholder,
                        std::string_view help) {
  auto& declaration = declare(kind, names, help);
  declaration.placeholder = placeholder;
  declaration.takes_many = is_list<Value>;
  declaration.completion = completion_of<Value>;
  auto* const option = app_.add_option(std::string(names), into, std::string(help));
  return {*option->type_name(std::string(placeholder)), declaration};
}

Argument Arguments::positional(std::string_view name, std::string& into, std::string_view help) {
  return add(Kind::positional, name, into, "", help).required();
}

Argument Arguments::positional(std::string_view name, std::optional<std::string>& into,
                               std::string_view help) {
  return add(Kind::positional, name, into, "", help);
}

Argument Arguments::positional(std::string_view name, std::vector<std::string>& into, std::string_view help) {
  return add(Kind::positional, name, into, "", help).required();
}

Argument Arguments::option(std::string_view names, std::string& into, std::string_view placeholder,
                           std::string_view help) {
  return add(Kind::option, names, into, placeholder, help);
}

Argument Arguments::option(std::string_view names, std::optional<std::string>& into,
                           std::string_view placeholder, std::string_view help) {
  return add(Kind::option, names, into, placeholder, help);
}

Argument Arguments::option(std::string_view names, std::vector<std::string>& into,
                           std::string_view placeholder, std::string_view help) {
  return add(Kind::option, names, into, placeholder, help);
}

Argument Arguments::option(std::string_view names, int& into, std::string_view placeholder,
                           std::string_view help) {
  return add(Kind::option, names, into, placeholder, help);
}

Argument Arguments::option(std::string_view names, std::optional<int>& into, std::string_view placeholder,
                           std::string_view help) {
  return add(Kind::option, names, into, placeholder, help);
}

Argument Arguments::option(std::string_view names, std::optional<double>& into, std::string_view placeholder,
                           std::string_view help) {
  return add(Kind::option, names, into, placeholder, help);
}

Argument Arguments::option(std::string_view names, const std::function<void(const std::string&)>& into,
                           std::string_view placeholder, std::string_view help) {
  auto& declaration = declare(Kind::option, names, help);
  declaration.placeholder = placeholder;
  auto* const option = app_.add_option_function<std::string>(std::string(names), into, std::string(help));
  return {*option->type_name(std::string(placeholder)), declaration};
}

void Arguments::flag(std::string_view names, bool& into, std::string_view help) {
  declare(Kind::flag, names, help);
  app_.add_flag(std::string(names), into, std::string(help));
}

void Arguments::flag(std::string_view names, const std::function<void()>& when_given, std::string_view help) {
  declare(Kind::flag, names, help);
  app_.add_flag_function(
      std::string(names), [when_given](std::int64_t) { when_given(); }, std::string(help));
}

void Arguments::help_flag(std::string_view names, std::string_view help) {
  declare(Kind::flag, names, help);
  app_.set_help_flag(std::string(names), std::string(help));
}

}  // namespace det::commands
