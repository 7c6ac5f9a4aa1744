#include "wire/time.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace det::wire {
namespace {

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

// Takes from the front of a text; once something did not fit, nothing does.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    for (; count > 0; --count) {
      if (rest_.empty() || !is_digit(rest_.front())) return failed();
      value = 10 * value + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }

  // The one of `choices` that comes next.
  char mark(std::string_view choices) {
    if (rest_.empty() || choices.find(rest_.front()) == std::string_view::npos) {
      failed();
      return '\0';
    }
    const char found = rest_.front();
    rest_.remove_prefix(1);
    return found;
  }

  std::chrono::microseconds fraction() {
    if (rest_.empty() || rest_.front() != '.') return {};
    rest_.remove_prefix(1);
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_digit);
    if (end == rest_.begin()) return std::chrono::microseconds(failed());
    std::int64_t micros = 0;
    auto digit = rest_.begin();
    for (int place = 0; place < 6; ++place) micros = 10 * micros + (digit < end ? *digit++ - '0' : 0);
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.begin()));
    return std::chrono::microseconds(micros);
  }

  bool complete() const { return fits_ && rest_.empty(); }

 private:
  int failed() {
    fits_ = false;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool fits_ = true;
};

std::chrono::minutes offset(Reader& reader) {
  const char mark = reader.mark("Zz+-");
  if (mark == 'Z' || mark == 'z') return {};
  const std::chrono::hours hours(reader.digits(2));
  reader.mark(":");
  const std::chrono::minutes east = hours + std::chrono::minutes(reader.digits(2));
  return mark == '-' ? -east : east;
}

}  // namespace

std::optional<model::Time> parse_time(std::string_view text) {
  Reader reader(text);
  const std::chrono::year year(reader.digits(4));
  reader.mark("-");
  const std::chrono::month month(static_cast<unsigned>(reader.digits(2)));
  reader.mark("-");
  const std::chrono::day day(static_cast<unsigned>(reader.digits(2)));
  reader.mark("Tt ");
  const std::chrono::hours hours(reader.digits(2));
  reader.mark(":");
  const std::chrono::minutes minutes(reader.digits(2));
  reader.mark(":");
  const std::chrono::seconds seconds(reader.digits(2));
  const std::chrono::microseconds fraction = reader.fraction();
  const std::chrono::minutes east = offset(reader);

  const std::chrono::year_month_day date(year, month, day);
  if (!reader.complete() || !date.ok()) return std::nullopt;
  if (hours.count() > 23 || minutes.count() > 59 || seconds.count() > 60) return std::nullopt;
  return std::chrono::sys_days(date) + hours + minutes + seconds + fraction - east;
}

}  // namespace det::wire
