#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace det::formatting {

// How far a transfer has come. Pure data: who draws it knows the clock and the stream.
struct Progress {
  std::string label;  // what is transferred; may come from elsewhere, is made terminal_safe
  std::size_t files_done = 0;
  std::size_t files_total = 0;  // 0: unknown, files are not shown
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes_found = 0;  // of those done, what was here from the start: they took no time
  std::uint64_t bytes_total = 0;  // 0: unknown or nothing; then there is no share and no time left
  double elapsed_seconds = 0;
  bool ended = false;  // nothing more comes, whether it is all there or not
};

// One line for a live display, at most `width` columns wide, without newline and without escapes:
//   model  [=======>      ]  50%  1.2GB/2.4GB  120.0MB/s  0:10 left
// Where room is short the bar goes first, then most of the label, then the end of the line.
std::string progress_bar(const Progress& progress, int width);

// One plain line for a log, without newline:
//   model: 3 of 5 files, 1.2GB of 2.4GB (50%), 120.0MB/s, 0:10 left
std::string progress_line(const Progress& progress);

// One JSON object in one line, without newline; docs/json.md, "progress".
std::string progress_event(const Progress& progress);

}  // namespace det::formatting
