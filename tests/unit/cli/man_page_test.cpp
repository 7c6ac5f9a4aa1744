#include "cli/man_page.hpp"

#include <catch2/catch.hpp>

#include "cli/version.hpp"
#include "commands/registry.hpp"
#include "model/error.hpp"
#include "tests/support/thrown.hpp"

using Catch::Matchers::Contains;
using det::cli::man_page;

TEST_CASE("a noun's page has its commands, arguments and examples, in the place that the prose gives them") {
  const auto page =
      man_page("trial", "2026-11-21", ".SH DESCRIPTION\nOf trials.\n.\\\" COMMANDS\n.SH NOTES\nLast.\n");
  CHECK_THAT(page, Catch::Matchers::StartsWith(".TH DET\\-TRIAL 1 2026-11-21 \"det " + det::cli::version() +
                                               "\"\n.SH NAME\ndet\\-trial \\- manage trials\n"));
  CHECK_THAT(page, Contains("Of trials.\n.SH COMMANDS\n.SS trial describe\n"
                            "\\fBdet trial describe\\fP \\fItrial_id\\fP [\\fIflags\\fP]\n"));
  CHECK_THAT(page, Contains(".TP\n\\fB\\-\\-uuid\\fP \\fIUUID\\fP\nthe checkpoint with this UUID\n"));
  CHECK_THAT(page, Contains("det trial download 16 \\-\\-best\n"));
  CHECK_THAT(page, Contains(".SH NOTES\nLast.\n.SH SEE ALSO\n.BR det (1),\n"));
}

TEST_CASE("the program's page names every noun that has a page, and the global options") {
  const auto page = man_page("det", "2026-11-21", "");
  for (const auto& noun : det::commands::nouns()) {
    if (noun.name.find(' ') != std::string_view::npos) continue;
    CHECK_THAT(page, Contains("\\fBdet " + std::string(noun.name) + "\\fP\n"));
  }
  CHECK_THAT(page, Contains("\\fB\\-m\\fP, \\fB\\-\\-master\\fP \\fIADDRESS\\fP\n"));
}

TEST_CASE("there is no page of what is no noun") {
  CHECK(det::testing::thrown([] { man_page("experiment set", "", ""); }).failure == det::Failure::usage);
}
