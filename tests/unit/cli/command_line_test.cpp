#include "cli/command_line.hpp"

#include <catch2/catch.hpp>
#include <memory>

#include "commands/arguments.hpp"
#include "model/error.hpp"

using det::cli::parse;
using det::cli::Request;

namespace {

struct Seen {
  int best = -100;
  std::string id;
  bool csv = false;
};
Seen seen;

det::commands::Action attach(det::commands::Arguments& arguments) {
  seen = {};
  arguments.positional("id", seen.id, "thing to show");
  arguments.option("--best", seen.best, "N", "only N").at_least(0);
  arguments.flag("--csv", seen.csv, "as CSV");
  return [](det::commands::Context&) {};
}

constexpr det::commands::Command command{"thing show", "", "show a thing", "det thing show 12", attach};

std::string refusal(const std::vector<std::string>& arguments) {
  try {
    parse(command, arguments);
  } catch (const det::Error& error) {
    CHECK(error.failure == det::Failure::usage);
    return error.message;
  }
  return "accepted";
}

}  // namespace

TEST_CASE("flags stand before or after positionals, global ones too") {
  const auto parsed = parse(command, {"--json", "12", "-m", "host", "--best", "3"});
  CHECK(parsed.request == Request::run);
  CHECK(parsed.globals.json);
  CHECK(parsed.globals.master == "host");
  CHECK(seen.best == 3);
  CHECK(seen.id == "12");
}

TEST_CASE("unambiguous prefixes of long flags are accepted, with = too") {
  parse(command, {"12", "--be=3", "--cs"});
  CHECK(seen.best == 3);
  CHECK(seen.csv);
}

TEST_CASE("a prefix of several flags is refused by naming them") {
  CHECK(refusal({"12", "--c"}) == "ambiguous flag --c: it could be --csv, --color, --cacert");
}

TEST_CASE("words after -- are positionals") {
  parse(command, {"--", "--csv"});
  CHECK(seen.id == "--csv");
  CHECK_FALSE(seen.csv);
}

TEST_CASE("a negative number is a value, and judged as one") {
  CHECK(refusal({"12", "--best", "-1"}) == "--best: it takes a whole number, 0 or more, not '-1'");
}

TEST_CASE("what looks like a flag is not the value of the one before it") {
  CHECK(refusal({"12", "--best", "--csv"}) == "--best needs a value, and --csv is a flag");
  CHECK(refusal({"12", "-m", "-x"}) == "-m needs a value, and -x is a flag");
  CHECK(refusal({"12", "--master", "--"}) == "--master needs a value, and -- is a flag");
  parse(command, {"--csv", "--", "--best"});
  CHECK(seen.id == "--best");
  CHECK(parse(command, {"12", "-m", "-"}).globals.master == "-");
  CHECK(parse(command, {"12", "-m", "- x"}).globals.master == "- x");
  CHECK(parse(command, {"12", "--master=-x"}).globals.master == "-x");
}

TEST_CASE("wrong lines are refused with a sentence") {
  CHECK(refusal({}) == "id is required");
  CHECK(refusal({"12", "13"}) == "unexpected argument '13'");
  CHECK(refusal({"12", "--bset", "1"}) == "unknown flag --bset; did you mean --best?");
  CHECK(refusal({"12", "--best", "x"}) == "--best: it takes a whole number, 0 or more, not 'x'");
  CHECK(refusal({"12", "--best"}) == "--best: 1 required N missing");
  CHECK(refusal({"12", "--color", "pink"}).starts_with("--color: pink not in {auto,always,never}"));
}

TEST_CASE("help and version win over a line that is not complete") {
  CHECK(parse(command, {"--help"}).request == Request::help);
  CHECK(parse(command, {"-v"}).request == Request::version);
}

TEST_CASE("help shows the usage, every flag and the examples") {
  const auto text = det::cli::command_help(command);
  CHECK(text.find("Usage: det thing show [OPTIONS] id") != std::string::npos);
  CHECK(text.find("--best") != std::string::npos);
  CHECK(text.find("Examples:\n  det thing show 12\n") != std::string::npos);
}
