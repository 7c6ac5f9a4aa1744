// Requests to the API of the embedded master: a line "METHOD PATH?QUERY", then the body. Whatever comes, the
// answer is one of a client's mistakes or of success, never a failure of the master's own.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/unit/master/handlers/master_fixture.hpp"

namespace {

using namespace det;

// Lives as long as the process; its directory goes with it.
testing::MasterFixture& filled_master() {
  static testing::MasterFixture fixture;
  static const bool filled = [] {
    const auto trial = fixture.add_trial(fixture.add_experiment());
    fixture.report(trial, "training", 10, R"({"loss":0.5})");
    fixture.report(trial, "validation", 10, R"({"loss":0.5})");
    fixture.add_checkpoint(trial, testing::uuid(1), 10);
    return true;
  }();
  static_cast<void>(filled);
  return fixture;
}

// Signing in takes its time on purpose; files that are not there are the storage's failure.
bool is_left_out(std::string_view path) {
  return path.starts_with("/api/v1/auth/") || path.starts_with("/checkpoints/");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  const auto line = input.substr(0, input.find('\n'));
  const auto body = input.substr(std::min(line.size() + 1, input.size()));
  const auto blank = line.find(' ');
  if (blank == std::string_view::npos) return -1;
  const std::string path(line.substr(blank + 1));
  if (is_left_out(path)) return -1;
  const auto answered = filled_master().ask(std::string(line.substr(0, blank)), path, std::string(body));
  if (answered.status == 500) {
    std::fprintf(stderr, "500 for %.*s: %s\n", static_cast<int>(line.size()), line.data(),
                 answered.text.c_str());
    std::abort();
  }
  return 0;
}
