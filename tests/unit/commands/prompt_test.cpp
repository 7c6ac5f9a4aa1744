#include "commands/prompt.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "model/error.hpp"
#include "tests/support/fake_context.hpp"

using det::Error;
using det::Failure;
using det::commands::ask_password;
using det::commands::confirm;
using det::testing::FakeContext;

namespace {

Failure failure_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.failure;
  }
  FAIL("nothing was thrown");
  return Failure::unclassified;
}

}  // namespace

TEST_CASE("y, yes, n and no answer a question in any case, with blanks around") {
  const std::vector<std::pair<std::string, bool>> answers{
      {"y\n", true}, {"YES\r\n", true}, {"  Yes \n", true}, {"n\n", false}, {"No\n", false}, {"no", false}};
  for (const auto& [line, expected] : answers) {
    FakeContext context;
    context.typed.str(line);
    CAPTURE(line);
    CHECK(confirm(context, "Go on?") == expected);
    CHECK(context.told.str() == "Go on? [y/n]: \n");
    CHECK(context.printed.str().empty());
  }
}

TEST_CASE("a question is put again after anything else") {
  FakeContext context;
  context.streams.in = true;
  context.typed.str("maybe\n\ny es\nyes\nrest\n");
  CHECK(confirm(context, "Go on?"));
  CHECK(context.told.str() ==
        "Go on? [y/n]: Please respond with 'y'/'yes' or 'n'/'no'\n"
        "Go on? [y/n]: Please respond with 'y'/'yes' or 'n'/'no'\n"
        "Go on? [y/n]: Please respond with 'y'/'yes' or 'n'/'no'\n"
        "Go on? [y/n]: ");
  std::string rest;
  std::getline(context.typed, rest);
  CHECK(rest == "rest");
}

TEST_CASE("the end of input declines") {
  FakeContext context;
  context.typed.str("maybe\n");
  CHECK(failure_of([&] { confirm(context, "Go on?"); }) == Failure::declined);
}

TEST_CASE("--no-input neither asks nor reads") {
  FakeContext context;
  context.options.no_input = true;
  context.typed.str("yes\n");
  CHECK(failure_of([&] { confirm(context, "Go on?"); }) == Failure::declined);
  CHECK(failure_of([&] { ask_password(context, "Password: "); }) == Failure::declined);
  CHECK(context.told.str().empty());
  std::string rest;
  std::getline(context.typed, rest);
  CHECK(rest == "yes");
}

TEST_CASE("a password is one line as it came, and is not shown") {
  FakeContext context;
  context.typed.str(" Pass w0rd \nnext\n");
  CHECK(ask_password(context, "Password for user 'ann': ") == " Pass w0rd ");
  CHECK(context.told.str() == "Password for user 'ann': \n");
  CHECK(context.printed.str().empty());
}

TEST_CASE("an empty line is the empty password, the end of input is none") {
  FakeContext context;
  context.typed.str("\n");
  CHECK(ask_password(context, "Password: ").empty());
  CHECK(failure_of([&] { ask_password(context, "Password: "); }) == Failure::declined);
}
