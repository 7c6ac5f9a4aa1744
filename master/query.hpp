#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace det::master {

// "%2F" and the like decoded; "+" too, where `plus_is_blank`. Absent when a percent sign is not followed by
// two hexadecimal digits.
enum class Plus { itself, blank };
std::optional<std::string> percent_decoded(std::string_view text, Plus plus);

// The parameters of a request. Their names are read in camelCase and in snake_case, and one that is given
// several times has several values. What is of a wrong type throws Error{usage} in the words of a real
// master.
class Query {
 public:
  // `text` is what follows the '?', still encoded. Throws Error{usage}.
  explicit Query(std::string_view text);

  std::optional<std::string> text(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  std::optional<std::int64_t> integer(std::string_view name) const;
  std::vector<std::int64_t> integers(std::string_view name) const;
  std::optional<bool> flag(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

// A number in a path or a query; `name` is the parameter's, for the message. Throws Error{usage}.
std::int64_t parsed_integer(std::string_view text, std::string_view name);

}  // namespace det::master
