#include "formatting/values.hpp"

#include <array>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

namespace det::formatting {
namespace {

struct Calendar {
  int year;
  unsigned month;
  unsigned day;
  std::int64_t hour;
  std::int64_t minute;
  std::int64_t second;
  std::int64_t microsecond;
};

Calendar calendar(model::Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return {static_cast<int>(date.year()),     static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()), clock.hours().count(),
          clock.minutes().count(),           clock.seconds().count(),
          clock.subseconds().count()};
}

}  // namespace

std::string human_size(std::uint64_t bytes) {
  constexpr std::array units = {"", "K", "M", "G", "T", "P", "E"};
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (size >= 1024) {  // 2^64 - 1 bytes end at 16.0EB
    size /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f}{}B", size, units[unit]);
}

std::optional<std::string> table_time(const std::optional<model::Time>& time) {
  if (!time) return std::nullopt;
  const auto at = calendar(*time);
  return fmt::format("{}-{:02}-{:02} {:02}:{:02}:{:02}+0000", at.year, at.month, at.day, at.hour, at.minute,
                     at.second);
}

std::string json_time(model::Time time) {
  const auto at = calendar(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", at.year, at.month, at.day, at.hour,
                     at.minute, at.second, at.microsecond);
}

std::optional<std::string> percent(const std::optional<double>& share) {
  if (!share) return std::nullopt;
  if (std::isnan(*share)) return "nan%";
  return fmt::format("{:.1f}%", *share * 100);
}

}  // namespace det::formatting
