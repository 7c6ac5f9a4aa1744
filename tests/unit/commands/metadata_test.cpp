#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "commands/registry_entries.hpp"
#include "model/json.hpp"
#include "tests/support/fake_context.hpp"
#include "tests/support/fake_master.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/commands/ran_command.hpp"

using namespace det;
using testing::thrown;
using Words = std::vector<std::string>;

namespace {

struct Fixture {
  Fixture() {
    context.current_master = &master;
    model::Checkpoint checkpoint;
    checkpoint.id = "c1";
    checkpoint.metadata = {{"steps_completed", 100}, {"tags", {{"a", 1}, {"b", 2}}}};
    master.known_checkpoints = {checkpoint};
  }

  std::string add(Words entries) {
    entries.insert(entries.begin(), "c1");
    return testing::ran(commands::checkpoint_add_metadata, std::move(entries), context);
  }
  std::string remove(Words keys) {
    keys.insert(keys.begin(), "c1");
    return testing::ran(commands::checkpoint_remove_metadata, std::move(keys), context);
  }

  testing::FakeMaster master;
  testing::FakeContext context;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "values are JSON or plain text, and a key's old value goes as a whole") {
  CHECK(add({"tags={\"c\": 3}", "ok=true", "note=ready for use, x=1", "v=\"2\"", "path=/data/ü"}) ==
        "Set tags, ok, note, v, path of checkpoint c1\n");
  CHECK(master.asked[1] ==
        R"(set metadata c1 {"steps_completed":100,"tags":{"c":3},"ok":true,"note":"ready for use, x=1",)"
        R"("v":"2","path":"/data/ü"})");
}

TEST_CASE_METHOD(Fixture, "a text that may have been meant as something else needs its quotes") {
  for (const char* text : {"", " x", "True", "None", "nan", "-Infinity", "1,5", "2026-11-21", "'x'", "{a: 1}",
                           "[1,", "\"open", ".5", "no", "1e999"}) {
    CAPTURE(text);
    const Error error = thrown([&] { add({std::string("k=") + text}); });
    CHECK(error.failure == Failure::usage);
    CHECK(error.message == std::string("the value of 'k' is no JSON: '") + text + "'");
  }
  CHECK(master.asked.empty());
}

TEST_CASE_METHOD(Fixture, "the line to copy survives a shell") {
  CHECK(thrown([&] { add({"k='x'"}); }).next == R"(det checkpoint add-metadata c1 'k="'\''x'\''"')");
}

TEST_CASE_METHOD(Fixture, "words that are no entry, keys twice and bytes that are no text are refused") {
  for (const Words& words : {Words{"k"}, Words{"=1"}, Words{"k=1", "k=2"}, Words{"k=x\xff"}}) {
    CAPTURE(words);
    CHECK(thrown([&] { add(words); }).failure == Failure::usage);
  }
  CHECK(thrown([&] { add({"k=" + std::string(101, '[') + std::string(101, ']')}); }).failure ==
        Failure::usage);
  CHECK(master.asked.empty());
}

TEST_CASE_METHOD(Fixture, "metadata where there was none begins with an empty object") {
  master.known_checkpoints[0].metadata = nullptr;
  add({"a=null"});
  CHECK(master.asked[1] == R"(set metadata c1 {"a":null})");
}

TEST_CASE_METHOD(Fixture, "removed keys go with all that they hold") {
  CHECK(remove({"tags"}) == "Removed tags of checkpoint c1\n");
  CHECK(master.asked[1] == R"(set metadata c1 {"steps_completed":100})");
}

TEST_CASE_METHOD(Fixture, "a key that is not there ends the removal, and nothing is changed") {
  const Error error = thrown([&] { remove({"steps_completed", "tagz"}); });
  CHECK(error.failure == Failure::not_found);
  CHECK(error.message ==
        "failed to change the metadata of checkpoint c1: its metadata has no 'tagz'; did you mean tags?");
  CHECK(master.asked == Words{"checkpoint c1"});
}

TEST_CASE_METHOD(Fixture, "--json prints the checkpoint as it is then") {
  context.options.json = true;
  const auto printed = model::Json::parse(remove({"tags"}));
  CHECK(printed.at("uuid") == "c1");
  CHECK(printed.at("metadata") == model::Json{{"steps_completed", 100}});
}
