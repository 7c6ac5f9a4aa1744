#include "wire/scalar.hpp"

#include <cmath>
#include <limits>
#include <optional>

#include "model/number.hpp"
#include "wire/time.hpp"

namespace det::wire {
namespace {

std::optional<std::int64_t> whole(double value) {
  constexpr double limit = 9223372036854775808.0;  // 2^63
  if (!(value >= -limit && value < limit) || std::trunc(value) != value) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::optional<double> number_in(std::string_view word) {
  if (word == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (word == "Infinity") return std::numeric_limits<double>::infinity();
  if (word == "-Infinity") return -std::numeric_limits<double>::infinity();
  const auto value = model::number<double>(word);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

}  // namespace

std::string text(const Scalar& value, const Place& place) {
  if (const auto* found = std::get_if<std::string_view>(&value)) return std::string(*found);
  invalid(place, "is not a text");
}

bool flag(const Scalar& value, const Place& place) {
  if (const auto* found = std::get_if<bool>(&value)) return *found;
  invalid(place, "is not true or false");
}

std::optional<std::int64_t> whole_number(const Scalar& value) {
  if (const auto* small = std::get_if<std::int64_t>(&value)) return *small;
  if (const auto* real = std::get_if<double>(&value)) return whole(*real);
  if (const auto* digits = std::get_if<std::string_view>(&value)) return model::number<std::int64_t>(*digits);
  return std::nullopt;
}

std::int64_t integer(const Scalar& value, const Place& place) {
  const auto found = whole_number(value);
  if (!found) invalid(place, "is not a whole number of 64 bits");
  return *found;
}

std::uint64_t size(const Scalar& value, const Place& place) {
  const std::int64_t found = integer(value, place);
  if (found < 0) invalid(place, "is negative");
  return static_cast<std::uint64_t>(found);
}

double number(const Scalar& value, const Place& place) {
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* small = std::get_if<std::int64_t>(&value)) return static_cast<double>(*small);
  if (const auto* large = std::get_if<std::uint64_t>(&value)) return static_cast<double>(*large);
  if (const auto* word = std::get_if<std::string_view>(&value)) {
    if (const auto found = number_in(*word)) return *found;
  }
  invalid(place, "is not a number");
}

std::string id(const Scalar& value, const Place& place) {
  const std::uint64_t found = size(value, place);
  return found == 0 ? std::string() : std::to_string(found);
}

model::Time time(const Scalar& value, const Place& place) {
  if (const auto* word = std::get_if<std::string_view>(&value)) {
    if (const auto found = parse_time(*word)) return *found;
  }
  invalid(place, "is not a time");
}

}  // namespace det::wire
