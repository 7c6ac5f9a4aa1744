#include "formatting/progress.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "formatting/terminal_columns.hpp"

using namespace det::formatting;

namespace {

constexpr std::uint64_t mebibyte = 1 << 20;

const Progress half{.label = "model",
                    .files_done = 3,
                    .files_total = 5,
                    .bytes_done = 1200 * mebibyte,
                    .bytes_total = 2400 * mebibyte,
                    .elapsed_seconds = 10};

Progress with_bytes(std::uint64_t done) {
  auto progress = half;
  progress.bytes_done = done;
  return progress;
}

}  // namespace

TEST_CASE("progress is one plain line") {
  CHECK(progress_line(half) == "model: 3 of 5 files, 1.2GB of 2.3GB (50%), 120.0MB/s, 0:10 left");
}

TEST_CASE("the end of a transfer says how long it took") {
  CHECK(progress_line(with_bytes(2400 * mebibyte)) ==
        "model: 3 of 5 files, 2.3GB of 2.3GB (100%), 240.0MB/s, in 0:10");
}

TEST_CASE("what was here from the start counts as done, and not for the rate") {
  auto resumed = half;
  resumed.bytes_found = 1080 * mebibyte;
  CHECK(progress_line(resumed) == "model: 3 of 5 files, 1.2GB of 2.3GB (50%), 12.0MB/s, 1:40 left");
  resumed.bytes_found = resumed.bytes_done;
  CHECK(progress_line(resumed) == "model: 3 of 5 files, 1.2GB of 2.3GB (50%)");
}

TEST_CASE("a share is rounded down, so that 100% is said only at the end") {
  CHECK(progress_line(with_bytes(2400 * mebibyte - 1)) ==
        "model: 3 of 5 files, 2.3GB of 2.3GB (99%), 240.0MB/s, 0:01 left");
}

TEST_CASE("what is not known yet is not said") {
  CHECK(progress_line({.label = "model"}) == "model: 0.0B");
  CHECK(progress_line({.label = "model", .bytes_total = 2048}) == "model: 0.0B of 2.0KB (0%)");
  CHECK(progress_line({.label = "model", .bytes_done = 1024, .elapsed_seconds = 2}) ==
        "model: 1.0KB, 512.0B/s");
}

TEST_CASE("more bytes than announced are 100%") {
  CHECK(progress_line({.label = "m", .bytes_done = 3000, .bytes_total = 2048, .elapsed_seconds = 3700}) ==
        "m: 2.9KB of 2.0KB (100%), 0.0B/s, in 1:01:40");
}

TEST_CASE("a transfer that would take for ever has no time left to show") {
  CHECK(progress_line({.label = "m", .bytes_done = 1, .bytes_total = 1ull << 60, .elapsed_seconds = 1}) ==
        "m: 1.0B of 1.0EB (0%), 1.0B/s");
}

TEST_CASE("progress is a bar of the width that is left") {
  CHECK(progress_bar(half, 70) == "model  [==========>         ]   50%  1.2GB/2.3GB  120.0MB/s  0:10 left");
  CHECK(progress_bar(half, 200) ==
        "model  [====================>                   ]   50%  1.2GB/2.3GB  120.0MB/s  0:10 left");
  CHECK(progress_bar(with_bytes(2400 * mebibyte), 70) ==
        "model  [======================]  100%  2.3GB/2.3GB  240.0MB/s  in 0:10");
}

TEST_CASE("where room is short the bar goes first, then the label, then the end") {
  auto named = half;
  named.label = "46985143-af68-4d48-ab91-a6447052ca49";
  CHECK(progress_bar(named, 80) ==
        "46985143-af68-4d48-ab91-a6447052ca49   50%  1.2GB/2.3GB  120.0MB/s  0:10 left");
  CHECK(progress_bar(named, 60) == "46985143-af68-4d48…   50%  1.2GB/2.3GB  120.0MB/s  0:10 left");
  CHECK(progress_bar(named, 40) == "46985143…   50%  1.2GB/2.3GB  120.0MB/s…");
  CHECK(progress_bar(named, 1) == "…");
  CHECK(progress_bar(named, 0).empty());
  CHECK(progress_bar(named, -5).empty());
}

TEST_CASE("a bar is never wider than the terminal, and its label steers nothing") {
  auto hostile = half;
  hostile.label = "a\nb\x1b[2J\r";
  for (int width = 0; width < 120; ++width) {
    const auto bar = progress_bar(hostile, width);
    CHECK(terminal_columns(bar) <= static_cast<std::size_t>(width));
    CHECK(bar.find_first_of("\n\r\x1b") == std::string::npos);
  }
  CHECK(progress_line({.label = "a\nb"}) == "a\\nb: 0.0B");
}

TEST_CASE("progress is one JSON object in one line") {
  CHECK(
      progress_event(half) ==
      R"({"event": "progress", "label": "model", "files_done": 3, "files_total": 5, "bytes_done": 1258291200, )"
      R"("bytes_total": 2516582400, "elapsed_seconds": 10.0, "bytes_per_second": 125829120.0, "seconds_left": 10.0})");
  CHECK(progress_event({.label = "m\n"}) ==
        R"({"event": "progress", "label": "m\n", "files_done": 0, "files_total": 0, "bytes_done": 0, )"
        R"("bytes_total": 0, "elapsed_seconds": 0.0, "bytes_per_second": null, "seconds_left": null})");
}
