#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/time.hpp"

namespace det::formatting {

// "1.1KB": units of 1024 with one decimal, as the official tool's sizeof_fmt.
std::string human_size(std::uint64_t bytes);

// "2026-11-20 23:56:48+0000", as the official tool's tables: cut to the second; absent for none.
std::optional<std::string> table_time(const std::optional<model::Time>& time);

// "2026-11-20T23:56:48.123456Z": RFC 3339 UTC for --json, always with six digits.
std::string json_time(model::Time time);

// "12.3%": one decimal; absent for none.
std::optional<std::string> percent(const std::optional<double>& share);

// The same text with everything made visible that could steer a terminal or forge lines: C0 and C1 controls,
// DEL, line and paragraph separators, bidirectional controls and U+FEFF as \n, \t, \x1b, \u202e; bytes that
// are not UTF-8 as \xNN. Printable text, backslashes included, is unchanged. The result is valid UTF-8.
std::string terminal_safe(std::string_view text);

// terminal_safe for the cells of tables and CSV, in which '\n' divides lines and stays.
std::string cell_safe(std::string_view text);

}  // namespace det::formatting
