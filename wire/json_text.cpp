#include "wire/json_text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "model/json.hpp"

namespace det::wire {

std::string string_text(std::string_view text) {
  return model::Json(text).dump(-1, ' ', false, model::Json::error_handler_t::replace);
}

std::string time_text(model::Time time) {
  using std::chrono::floor;
  const auto day = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

ObjectText& ObjectText::text(std::string_view key, std::string_view value) {
  begin(key);
  json_ += string_text(value);
  return *this;
}

ObjectText& ObjectText::optional_text(std::string_view key, std::string_view value) {
  return value.empty() ? null(key) : text(key, value);
}

ObjectText& ObjectText::integer(std::string_view key, std::int64_t value) {
  begin(key);
  json_ += std::to_string(value);
  return *this;
}

ObjectText& ObjectText::int64(std::string_view key, std::int64_t value) {
  begin(key);
  json_ += '"' + std::to_string(value) + '"';
  return *this;
}

ObjectText& ObjectText::number(std::string_view key, double value) {
  if (std::isnan(value)) return text(key, "NaN");
  if (std::isinf(value)) return text(key, value > 0 ? "Infinity" : "-Infinity");
  begin(key);
  json_ += model::Json(value).dump();
  return *this;
}

ObjectText& ObjectText::flag(std::string_view key, bool value) {
  begin(key);
  json_ += value ? "true" : "false";
  return *this;
}

ObjectText& ObjectText::time(std::string_view key, model::Time value) {
  begin(key);
  json_ += '"' + time_text(value) + '"';
  return *this;
}

ObjectText& ObjectText::null(std::string_view key) {
  begin(key);
  json_ += "null";
  return *this;
}

ObjectText& ObjectText::document(std::string_view key, std::string_view json) {
  begin(key);
  json_ += json;
  return *this;
}

std::string ObjectText::finish() {
  return std::exchange(json_, {}) + '}';
}

void ObjectText::begin(std::string_view key) {
  if (json_.size() > 1) json_ += ',';
  json_ += '"';
  json_ += key;
  json_ += "\":";
}

}  // namespace det::wire
