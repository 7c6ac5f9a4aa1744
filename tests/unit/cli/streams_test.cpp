#include "cli/streams.hpp"

#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <utility>

#include "model/error.hpp"
#include "tests/support/never_cancelled.hpp"

using det::cli::ClosedPipe;
using det::cli::InputBuffer;
using det::cli::OutputBuffer;
using det::cli::Writing;

namespace {

const det::testing::NeverCancelled never;

struct Pipe {
  Pipe() { REQUIRE(::pipe(ends.data()) == 0); }
  ~Pipe() {
    ::close(ends[0]);
    if (ends[1] >= 0) ::close(ends[1]);
  }
  std::string drained() {
    ::close(std::exchange(ends[1], -1));
    std::string text(100, '\0');
    text.resize(static_cast<std::size_t>(::read(ends[0], text.data(), text.size())));
    return text;
  }
  std::array<int, 2> ends{};
};

}  // namespace

TEST_CASE("output that was not flushed can be taken back") {
  Pipe pipe;
  OutputBuffer buffer(pipe.ends[1], 64, Writing::must_succeed, never);
  std::ostream out(&buffer);
  out << "first";
  buffer.take_back();
  out << "second" << std::flush;
  CHECK(pipe.drained() == "second");
}

TEST_CASE("once something has been written, nothing is taken back") {
  Pipe pipe;
  OutputBuffer buffer(pipe.ends[1], 64, Writing::must_succeed, never);
  std::ostream out(&buffer);
  out << "first" << std::flush << "second";
  buffer.take_back();
  out << std::flush;
  CHECK(pipe.drained() == "firstsecond");
}

TEST_CASE("a closed pipe and a full disk are told apart") {
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  ::close(ends[0]);
  OutputBuffer closed(ends[1], 8, Writing::must_succeed, never);
  std::ostream out(&closed);
  out.exceptions(std::ios::badbit);
  CHECK_THROWS_AS(out << "more than eight" << std::flush, ClosedPipe);
  ::close(ends[1]);

  FILE* full = std::fopen("/dev/full", "w");
  REQUIRE(full != nullptr);
  OutputBuffer disk(::fileno(full), 8, Writing::must_succeed, never);
  std::ostream filled(&disk);
  filled.exceptions(std::ios::badbit);
  CHECK_THROWS_AS(filled << "more than eight" << std::flush, det::Error);
  std::fclose(full);
}

TEST_CASE("input is read as it comes, and its end ends it") {
  Pipe pipe;
  REQUIRE(::write(pipe.ends[1], "yes\nno", 6) == 6);
  ::close(std::exchange(pipe.ends[1], -1));
  InputBuffer buffer(pipe.ends[0], never);
  std::istream in(&buffer);
  std::string line;
  CHECK(std::getline(in, line));
  CHECK(line == "yes");
  CHECK(std::getline(in, line));
  CHECK(line == "no");
  CHECK_FALSE(std::getline(in, line));
}
