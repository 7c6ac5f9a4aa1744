#include "formatting/progress.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "formatting/json.hpp"
#include "formatting/terminal_columns.hpp"
#include "formatting/values.hpp"
#include "model/json.hpp"

namespace det::formatting {
namespace {

constexpr std::size_t least_bar = 12;  // brackets included
constexpr std::size_t most_bar = 42;
constexpr std::size_t least_label = 9;

bool complete(const Progress& progress) {
  return progress.bytes_total > 0 && progress.bytes_done >= progress.bytes_total;
}

// 0 to 1; a transfer may carry more than was announced.
std::optional<double> share(const Progress& progress) {
  if (progress.bytes_total == 0) return std::nullopt;
  return std::min(1.0, static_cast<double>(progress.bytes_done) / static_cast<double>(progress.bytes_total));
}

std::optional<double> bytes_per_second(const Progress& progress) {
  if (progress.elapsed_seconds <= 0 || progress.bytes_done <= progress.bytes_found) return std::nullopt;
  return static_cast<double>(progress.bytes_done - progress.bytes_found) / progress.elapsed_seconds;
}

std::optional<double> seconds_left(const Progress& progress) {
  const auto rate = bytes_per_second(progress);
  if (!rate || progress.bytes_total == 0) return std::nullopt;
  if (complete(progress)) return 0;
  return static_cast<double>(progress.bytes_total - progress.bytes_done) / *rate;
}

// "0:07", "12:34", "3:02:01"; beyond 99 hours there is nothing worth saying.
std::optional<std::string> duration(double seconds) {
  if (!(seconds < 100 * 3600)) return std::nullopt;
  const auto whole = static_cast<int>(std::ceil(std::max(seconds, 0.0)));
  const auto hours = whole / 3600;
  const auto minutes = whole / 60 % 60;
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60);
  return fmt::format("{}:{:02}", minutes, whole % 60);
}

// "0:10 left", or "in 0:20" when all is there.
std::optional<std::string> time_text(const Progress& progress) {
  if (complete(progress)) {
    const auto taken = duration(progress.elapsed_seconds);
    return taken ? std::optional("in " + *taken) : std::nullopt;
  }
  if (progress.ended) return std::nullopt;
  const auto left = seconds_left(progress);
  const auto text = left ? duration(*left) : std::nullopt;
  return text ? std::optional(*text + " left") : std::nullopt;
}

std::optional<std::string> rate_text(const Progress& progress) {
  const auto rate = bytes_per_second(progress);
  if (!rate || *rate >= 1e18) return std::nullopt;
  return human_size(static_cast<std::uint64_t>(*rate)) + "/s";
}

// Rounded down: 100% is said only when all is there.
std::optional<std::string> share_text(const Progress& progress) {
  const auto done = share(progress);
  return done ? std::optional(fmt::format("{:.0f}%", std::floor(*done * 100))) : std::nullopt;
}

std::string size_text(const Progress& progress, const char* of) {
  auto text = human_size(progress.bytes_done);
  if (progress.bytes_total > 0) text += of + human_size(progress.bytes_total);
  return text;
}

void append_parts(std::string& text, const char* divider,
                  const std::vector<std::optional<std::string>>& parts) {
  for (const auto& part : parts) {
    if (part) text += divider + *part;
  }
}

std::string bar(double share, std::size_t width) {
  const auto room = width - 2;
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(room));
  std::string drawn(filled, '=');
  if (filled < room) drawn += '>';
  drawn.resize(room, ' ');
  return '[' + drawn + ']';
}

std::string cut(const std::string& text, std::size_t width) {
  if (terminal_columns(text) <= width) return text;
  return width == 0 ? "" : std::string(first_columns(text, width - 1)) + "…";
}

std::string without_bar(const std::string& label, const std::string& state, std::size_t width) {
  const auto used = state.size();
  const auto room = width > used ? width - used : 0;
  return cut(cut(label, std::max(room, least_label)) + state, width);
}

}  // namespace

std::string progress_bar(const Progress& progress, int width) {
  const auto room = static_cast<std::size_t>(std::max(width, 0));
  const auto label = terminal_safe(progress.label);
  std::string state;
  if (const auto done = share_text(progress)) state = fmt::format("  {:>4}", *done);
  append_parts(state, "  ", {size_text(progress, "/"), rate_text(progress), time_text(progress)});
  const auto used = terminal_columns(label) + state.size() + 2;
  const auto done = share(progress);
  if (!done || used + least_bar > room) return without_bar(label, state, room);
  return label + "  " + bar(*done, std::min(room - used, most_bar)) + state;
}

std::string progress_line(const Progress& progress) {
  auto line = terminal_safe(progress.label) + ": ";
  if (progress.files_total > 0)
    line += fmt::format("{} of {} files, ", progress.files_done, progress.files_total);
  line += size_text(progress, " of ");
  if (const auto done = share_text(progress)) line += " (" + *done + ")";
  append_parts(line, ", ", {rate_text(progress), time_text(progress)});
  return line;
}

std::string progress_event(const Progress& progress) {
  model::Json event;
  event["event"] = "progress";
  event["label"] = progress.label;
  event["files_done"] = progress.files_done;
  event["files_total"] = progress.files_total;
  event["bytes_done"] = progress.bytes_done;
  event["bytes_total"] = progress.bytes_total;
  event["elapsed_seconds"] = progress.elapsed_seconds;
  const auto rate = bytes_per_second(progress);
  const auto left = seconds_left(progress);
  event["bytes_per_second"] = rate ? model::Json(*rate) : model::Json();
  event["seconds_left"] = left ? model::Json(*left) : model::Json();
  return json_text(event, {.indent = -1});
}

}  // namespace det::formatting
