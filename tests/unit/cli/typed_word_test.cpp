#include "cli/typed_word.hpp"

#include <catch2/catch.hpp>

using det::cli::typed_word;
using det::cli::TypedWord;
using det::cli::without_quotes;
using det::commands::Completion;
using Kind = TypedWord::Kind;
using Words = std::vector<std::string>;

namespace {

// The argument whose value is typed, by its last name; "" where no value is.
std::string argument_of(const Words& line) {
  const auto word = typed_word(line);
  if (word.kind != Kind::value) return "";
  return word.argument->names.back();
}

}  // namespace

TEST_CASE("before a command is named, its words may stand") {
  const auto top = typed_word({"exp"});
  CHECK(top.kind == Kind::command);
  CHECK(top.noun.empty());
  CHECK(top.begun == "exp");
  const auto below = typed_word({"-m", "http://host", "e", "set", ""});
  CHECK(below.kind == Kind::command);
  CHECK(below.noun == "experiment set");
}

TEST_CASE("after help, words of commands stand and nothing else") {
  const auto word = typed_word({"help", "e", ""});
  CHECK(word.kind == Kind::command);
  CHECK(word.noun == "experiment");
  CHECK(typed_word({"e", "help", "set", ""}).noun == "experiment set");
  CHECK(typed_word({"help", "experiment", "list", ""}).kind == Kind::nothing);
}

TEST_CASE("after a word that names nothing, nothing may stand") {
  CHECK(typed_word({"frobnicate", ""}).kind == Kind::nothing);
  CHECK(typed_word({}).kind == Kind::nothing);
}

TEST_CASE("a positional is told by its place, past flags and their values") {
  CHECK(argument_of({"e", "lc", ""}) == "experiment_id");
  CHECK(argument_of({"e", "lc", "--best", "3", "--csv", ""}) == "experiment_id");
  CHECK(argument_of({"c", "cat", "uuid", "mod"}) == "file");
  CHECK(argument_of({"e", "lc", "--", "--x"}) == "experiment_id");
  CHECK(argument_of({"e", "best", "12", "13", ""}) == "experiment_id");
}

TEST_CASE("a flag's value is told by the flag, however it is written") {
  CHECK(argument_of({"e", "lc", "12", "--sort-by", "lo"}) == "--sort-by");
  CHECK(argument_of({"e", "lc", "12", "--sor", "lo"}) == "--sort-by");
  CHECK(argument_of({"e", "download", "12", "-o", ""}) == "--output-dir");
  CHECK(argument_of({"e", "download", "12", "-qo", ""}) == "--output-dir");
  CHECK(argument_of({"--source", ""}) == "--source");
  CHECK(argument_of({"e", "--source", ""}) == "--source");
  const auto joined = typed_word({"e", "lc", "12", "--sort-by=lo"});
  CHECK(joined.argument->names.back() == "--sort-by");
  CHECK(joined.kept == "--sort-by=");
  CHECK(joined.begun == "lo");
}

TEST_CASE("a dash begins a flag, and so does nothing where no argument is left") {
  CHECK(typed_word({"e", "lc", "12", "--so"}).kind == Kind::flag);
  CHECK(typed_word({"e", "lc", "12", ""}).kind == Kind::flag);
  CHECK(typed_word({"e", "lc", "12", "x"}).kind == Kind::nothing);
  CHECK(typed_word({"--"}).kind == Kind::flag);
}

TEST_CASE("of a list of ids, the last one is typed") {
  const auto word = typed_word({"e", "describe", "12,1"});
  CHECK(word.argument->completion == Completion::experiment);
  CHECK(word.kept == "12,");
  CHECK(word.begun == "1");
}

TEST_CASE("what the line says already is known by what it is") {
  const auto word =
      typed_word({"-m", "host:1", "--insecure", "t", "download", "16", "--best", "--sort-by", ""});
  REQUIRE(word.given.size() == 4);
  CHECK(word.given[2].argument.completion == Completion::trial);
  CHECK(word.given[2].value == "16");
  CHECK(word.global_flags == Words{"--master=host:1", "--insecure"});
  CHECK(typed_word({"--source", "dir:x", "t", "logs", ""}).global_flags == Words{"--source=dir:x"});
}

TEST_CASE("a word is freed of quotes and backslashes as a shell would") {
  CHECK(without_quotes("plain") == "plain");
  CHECK(without_quotes("a\\ b") == "a b");
  CHECK(without_quotes("'a \\b'c") == "a \\bc");
  CHECK(without_quotes("\"a \\\"b\\n $(x)\"") == "a \"b\\n $(x)");
  CHECK(without_quotes("\"open") == "open");
}
