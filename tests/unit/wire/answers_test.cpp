#include <catch2/catch.hpp>
#include <string>

#include "tests/support/fixture.hpp"
#include "tests/unit/wire/refusal.hpp"
#include "wire/element_scanner.hpp"
#include "wire/gc_preview.hpp"
#include "wire/master_description.hpp"
#include "wire/model_registry.hpp"
#include "wire/pagination.hpp"
#include "wire/tree.hpp"
#include "wire/user.hpp"

using namespace det;
using det::testing::fixture;
using det::testing::refusal;
using wire::parse_tree;

namespace {

const std::string start = "the master's answer is not valid: ";

std::string previewed(const std::string& answer) {
  std::string all;
  wire::ElementScanner scanner("checkpoints");
  scanner.feed(answer, [&](const wire::PaddedText& element, const wire::Place& place) {
    const auto checkpoint = wire::decode_previewed_checkpoint(element, place);
    all += checkpoint.id.substr(7, 1) + ":" + std::to_string(checkpoint.size_bytes) + " ";
    return true;
  });
  scanner.finish();
  return all;
}

}  // namespace

TEST_CASE("a recorded user comes with all that it says") {
  const model::User user = wire::decode_user(parse_tree(fixture("wire/me.json")));
  CHECK(user.id == "2");
  CHECK(user.username == "determined");
  CHECK(user.display_name.empty());
  CHECK_FALSE(user.admin);
  CHECK(user.active);
}

TEST_CASE("what is no user is refused") {
  CHECK(refusal([] { wire::decode_user(parse_tree("{}")); }) == start + "user is missing");
  CHECK(refusal([] { wire::decode_user(parse_tree(R"({"user":{"id":1}})")); }) ==
        start + "user.username is missing");
}

TEST_CASE("a recorded master describes itself") {
  const auto description = wire::decode_master_description(parse_tree(fixture("wire/master.json")));
  CHECK(description.version == "0.38.1");
  CHECK(description.cluster_id == "b701e2f2-8e42-4f5a-8011-5c6c4752f797");
  CHECK(description.cluster_name == "labA");
  CHECK(description.feature_switches.empty());
}

TEST_CASE("a master names its feature switches") {
  const auto description = wire::decode_master_description(
      parse_tree(R"({"version":"1","featureSwitches":["gc-by-new-policy"]})"));
  CHECK(description.feature_switches == std::vector<std::string>{"gc-by-new-policy"});
}

TEST_CASE("a recorded page says how many elements there are") {
  const auto page = wire::decode_pagination(parse_tree(fixture("wire/checkpoints-none.json")));
  CHECK(page.end_index == 0);
  CHECK(page.total == 0);
  CHECK(wire::decode_pagination(parse_tree(fixture("wire/trials.json"))).total == 2);
  CHECK(refusal([] { wire::decode_pagination(parse_tree("{}")); }) == start + "pagination is missing");
}

TEST_CASE("a recorded preview names what would be deleted, and its bytes") {
  CHECK(previewed(fixture("wire/preview-gc.json")) == "9:1129 6:1129 4:1129 3:1129 2:1129 1:1129 ");
  CHECK(previewed(fixture("wire/preview-gc-nothing.json")).empty());
}

TEST_CASE("a preview that lacks what it must say is refused") {
  CHECK(refusal([] { previewed(R"({"checkpoints":[{"Size":1}]})"); }) ==
        start + "checkpoints[0].UUID is missing");
  CHECK(refusal([] { previewed(R"({"checkpoints":[{"UUID":"u"}]})"); }) ==
        start + "checkpoints[0].Size is missing");
  CHECK(refusal([] { previewed(R"({"checkpoints":[{"UUID":"u","Size":-1}]})"); }) ==
        start + "checkpoints[0].Size is negative");
  CHECK(refusal([] { previewed(R"({"checkpoints":[{"UUID":tru}]})"); }) ==
        start + "checkpoints[0] is not JSON");
}

TEST_CASE("the model registry names models and the checkpoints of their versions") {
  CHECK(wire::decode_model_name(parse_tree(R"({"id":1,"name":"a b/c"})"), {"models", nullptr, 0}) == "a b/c");
  CHECK(wire::decode_registered_checkpoint(parse_tree(R"({"version":1,"checkpoint":{"uuid":"u"}})"),
                                           {"modelVersions", nullptr, 0}) == "u");
  CHECK(refusal([] {
          wire::decode_registered_checkpoint(parse_tree("{}"), {"modelVersions", nullptr, 0});
        }) == start + "modelVersions[0].checkpoint is missing");
}
