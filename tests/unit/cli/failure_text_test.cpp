#include "cli/failure_text.hpp"

#include <catch2/catch.hpp>

using det::Error;
using det::Failure;

TEST_CASE("a failure is one sentence, and a line to copy where there is one") {
  CHECK(det::cli::failure_text(Error(Failure::unreachable, "no master")) == "det: no master\n");
  CHECK(
      det::cli::failure_text(Error(Failure::permission, "not signed in").advising("det user login alice")) ==
      "det: not signed in\n"
      "try: det user login alice\n");
}

TEST_CASE("a failure's text cannot steer the terminal") {
  CHECK(det::cli::failure_text(Error(Failure::master, "bad \x1b[31m\nname")) ==
        "det: bad \\x1b[31m\\nname\n");
}

TEST_CASE("a failure as JSON is one object on one line") {
  const auto error = Error(Failure::unreachable, "no answer")
                         .within("failed to list trials")
                         .with_status(503)
                         .worth_retrying();
  CHECK(det::cli::failure_json(error) ==
        "{\"code\": 9, \"message\": \"failed to list trials: no answer\", \"cause\": \"no answer\", "
        "\"next\": null, "
        "\"retryable\": true, \"http_status\": 503}\n");
}
