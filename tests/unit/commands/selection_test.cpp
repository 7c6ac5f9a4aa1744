#include "commands/selection.hpp"

#include <catch2/catch.hpp>

#include "model/error.hpp"
#include "tests/support/fake_context.hpp"
#include "tests/support/fake_source.hpp"

using namespace det;
using testing::checkpoint_with_loss;

namespace {

struct Fixture {
  Fixture() {
    source.rows = {checkpoint_with_loss("a", 0.5), checkpoint_with_loss("b", 0.1),
                   checkpoint_with_loss("c", 0.3), checkpoint_with_loss("d", std::nullopt)};
  }

  std::string ids(const commands::SelectionOptions& options, std::size_t limit = 0) {
    std::string text;
    for (const auto& one : chosen(options, limit).ranked.checkpoints) text += one.checkpoint.id;
    return text;
  }
  commands::Chosen chosen(const commands::SelectionOptions& options, std::size_t limit = 0) {
    return commands::choose(context, source, selection(limit), options);
  }
  static commands::Selection selection(std::size_t limit) {
    return {.query = {sources::Scope::experiment, "12"}, .of = "experiment 12", .limit = limit};
  }
  Error refusal(const commands::SelectionOptions& options) {
    try {
      commands::require_enough(context, chosen(options), selection(0), options);
    } catch (const Error& error) {
      return error;
    }
    return {Failure::unclassified, "accepted"};
  }

  testing::FakeContext context;
  testing::FakeSource source;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "without --sort-by the searcher's metric and direction rank, in one reading") {
  CHECK(ids({}) == "bca");
  CHECK(source.lists_read == 1);
  CHECK(ids({}, 2) == "bc");
}

TEST_CASE_METHOD(Fixture, "what is left out is counted on stderr, and listed with --explain") {
  ids({});
  CHECK(context.told.str() == "1 checkpoint is not ranked: 1 without loss\n");
  context.told.str("");
  ids({.explain = true});
  CHECK(context.told.str().find("not ranked: d: it has no value of loss\n") == 0);
}

TEST_CASE_METHOD(Fixture, "--sort-by with a direction ranks by that metric") {
  CHECK(ids({.sort_by = "accuracy", .smaller_is_better = "false"}) == "bca");
  CHECK(ids({.sort_by = "accuracy", .smaller_is_better = "TRUE"}) == "acb");
}

TEST_CASE_METHOD(Fixture, "--sort-by needs no direction for the searcher's own metric") {
  CHECK(ids({.sort_by = "loss"}) == "bca");
}

TEST_CASE_METHOD(Fixture, "--sort-by of another metric needs a direction, and both lines are offered") {
  const auto error = refusal({.sort_by = "accuracy"});
  CHECK(error.failure == Failure::usage);
  CHECK(error.next.find("--sort-by accuracy --smaller-is-better true") != std::string::npos);
  CHECK(error.next.find("--sort-by accuracy --smaller-is-better false") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "a metric that no checkpoint has is refused, naming those that there are") {
  const auto error = refusal({.sort_by = "nope", .smaller_is_better = "true"});
  CHECK(error.failure == Failure::nothing_selected);
  CHECK(error.message == "no checkpoint of experiment 12 has the metric 'nope': it has accuracy, loss");
}

TEST_CASE_METHOD(Fixture, "a bad boolean is refused before the list is asked for") {
  CHECK(refusal({.sort_by = "loss", .smaller_is_better = "maybe"}).failure == Failure::usage);
  CHECK(refusal({.smaller_is_better = "true"}).failure == Failure::usage);
  CHECK(source.lists_read == 0);
}

TEST_CASE_METHOD(Fixture, "too few of one trial are a warning, with --strict a failure") {
  source.rows[3].trial_id = "2";
  auto asked = selection(0);
  asked.limit_a_trial = 2;
  const auto some = commands::choose(context, source, asked, {});
  context.told.str("");
  commands::require_enough(context, some, asked, {});
  CHECK(context.told.str() == "trial 2 has 0 checkpoints to choose, not 2\n");
  CHECK_THROWS_AS(commands::require_enough(context, some, asked, {.strict = true}), Error);
}

TEST_CASE_METHOD(Fixture, "too few are a warning, with --strict a failure; none is always one") {
  const auto some = chosen({}, 5);
  context.told.str("");
  commands::require_enough(context, some, selection(5), {});
  CHECK(context.told.str() == "experiment 12 has 3 checkpoints to choose, not 5\n");
  CHECK_THROWS_AS(commands::require_enough(context, some, selection(5), {.strict = true}), Error);
  CHECK_THROWS_AS(commands::require_enough(context, {}, selection(0), {}), Error);
}
