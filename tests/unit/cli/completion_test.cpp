#include "cli/completion.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "model/error.hpp"
#include "tests/support/fake_context.hpp"
#include "tests/support/fake_source.hpp"

using det::testing::checkpoint_with_loss;
using det::testing::FakeContext;
using det::testing::FakeSource;
using Words = std::vector<std::string>;

namespace {

// Completes with one source, or with none; tells which globals it was asked under.
class FakeHost final : public det::cli::Host {
 public:
  std::ostream& out() override { return printed; }
  std::ostream& err() override { return told; }
  void take_back_output() override { printed.str(""); }
  std::unique_ptr<det::commands::Context> context(const det::commands::Globals&) override {
    throw std::logic_error("completion runs no command");
  }
  std::unique_ptr<det::commands::Context> completion_context(const det::commands::Globals& globals) override {
    asked_under = globals;
    auto made = std::make_unique<FakeContext>();
    made->next_source = std::move(source);
    made->options = globals;
    return made;
  }

  std::ostringstream printed;
  std::ostringstream told;
  std::unique_ptr<FakeSource> source = std::make_unique<FakeSource>();
  det::commands::Globals asked_under;
};

std::string answered(FakeHost& host, Words line, const std::string& shell = "zsh") {
  line.insert(line.begin(), shell);
  det::cli::answer_completion(line, host);
  CHECK(host.told.str().empty());
  return host.printed.str();
}

std::string answered(const Words& line) {
  FakeHost host;
  return answered(host, line);
}

// A source with one checkpoint for each name.
FakeHost with_checkpoints(const Words& names) {
  FakeHost host;
  for (const auto& name : names) host.source->rows.push_back(checkpoint_with_loss(name, 1));
  return host;
}

}  // namespace

TEST_CASE("commands come with their line of help") {
  CHECK(answered({"experiment", "list-t"}) == "list-trials\tlist trials of experiment\n");
  CHECK(answered({"che"}) == "checkpoint\tmanage checkpoints\n");
}

TEST_CASE("an alias comes where no name begins so") {
  CHECK(answered({"experiment", "lt"}) == "lt\tlist trials of experiment\n");
  CHECK(answered({"e"}) == "experiment\tmanage experiments\n");
}

TEST_CASE("flags come by their long names, a short one when it is typed") {
  CHECK(answered({"trial", "download", "16", "--la"}) == "--latest\tthe most recent checkpoint\n");
  CHECK(answered({"trial", "download", "16", "-q"}) == "-q\tonly print the path to the checkpoint\n");
  CHECK(answered({"trial", "download", "16", "-"}).find("\n-q\t") == std::string::npos);
}

TEST_CASE("a flag of a few words offers them, joined by = too") {
  CHECK(answered({"e", "list", "--pages", ""}) == "1\t\nall\t\n");
  CHECK(answered({"--color=al"}) == "--color=always\t\n");
}

TEST_CASE("a path is left to the shell") {
  CHECK(answered({"e", "download", "12", "-o", "x"}) == "\tdirectories\t\n");
  CHECK(answered({"e", "download", "12", "--output-dir=x"}) == "\tdirectories\t--output-dir=\n");
  CHECK(answered({"--cacert", ""}) == "\tfiles\t\n");
  CHECK(answered({"e", "download", "dir:x"}) == "\tdirectories\tdir:\n");
}

TEST_CASE("checkpoints of the trial on the line are offered") {
  auto host = with_checkpoints({"a1", "a2", "b1"});
  CHECK(answered(host, {"t", "download", "16", "--uuid", "a"}) ==
        "a1\ttrial 1  COMPLETED\na2\ttrial 1  COMPLETED\n");
}

TEST_CASE("metrics of the trial on the line are offered, from its checkpoints where it has no summary") {
  auto host = with_checkpoints({"a1", "a2"});
  CHECK(answered(host, {"t", "lc", "16", "--sort-by", ""}) == "loss\t\naccuracy\t\n");
}

TEST_CASE("global flags on the line say whom to ask") {
  FakeHost host;
  answered(host, {"-m", "other:1", "--insecure", "t", "lc", "16", "--sort-by", ""});
  CHECK(host.asked_under.master == "other:1");
  CHECK(host.asked_under.insecure);
}

TEST_CASE("names that steer a terminal, read as flags or never end are not offered") {
  auto host =
      with_checkpoints({"--yes", "a\nb", "a\tb", "a\x1b[2J", "a\xff", std::string(300, 'a'), "a $(b)'"});
  CHECK(answered(host, {"t", "download", "16", "--uuid", ""}) == "a $(b)'\ttrial 1  COMPLETED\n");
}

TEST_CASE("no more than a hundred names are offered, and each once") {
  Words names{"x", "x"};
  for (int number = 0; number < 500; ++number) names.push_back("n" + std::to_string(number));
  auto host = with_checkpoints(names);
  const auto text = answered(host, {"t", "download", "16", "--uuid", ""});
  CHECK(std::count(text.begin(), text.end(), '\n') == 100);
}

TEST_CASE("where nobody answers, nothing is printed") {
  FakeHost host;
  host.source.reset();
  CHECK(answered(host, {"t", "lc", "16", "--sort-by", ""}).empty());
  CHECK(answered({"e", "lc", "--sort-by", "l"}).empty());
  CHECK(answered({"--timeout", "x", "e", "lc", "12", "--sort-by", ""}).empty());
}

TEST_CASE("bash hands words over with their quotes") {
  auto host = with_checkpoints({"a b", "ac"});
  CHECK(answered(host, {"t", "download", "'16'", "--uuid", "a\\ "}, "bash") == "a b\ttrial 1  COMPLETED\n");
}
