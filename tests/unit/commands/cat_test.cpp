#include <catch2/catch.hpp>
#include <string>
#include <utility>

#include "commands/registry_entries.hpp"
#include "tests/support/fake_source.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/commands/ran_command.hpp"

using namespace det;
using testing::thrown;

namespace {

// Gives some bytes, then fails where it is to.
class Way final : public storage::FileReader {
 public:
  explicit Way(std::string bytes, std::optional<Error> failure = std::nullopt)
      : bytes_(std::move(bytes)), failure_(std::move(failure)) {}
  std::string description() const override { return "way of " + bytes_; }
  std::optional<std::vector<storage::StoredObject>> list() override { return std::nullopt; }
  void read(const model::CheckpointFile& file, const storage::ByteSink& sink) override {
    if (!bytes_.empty()) sink(file.path + "=" + bytes_);
    if (failure_) throw Error(*failure_);
  }

 private:
  std::string bytes_;
  std::optional<Error> failure_;
};

struct Fixture {
  Fixture() {
    source->rows = {testing::checkpoint_with_loss("a1", 0.5)};
    source->rows[0].files = {
        {"code/", 0}, {"code/model_def.py", 7}, {"state_dict.pth", 9}, {"metadata.json", 2}};
  }
  void add(Way way) { source->ways.push_back(std::make_unique<Way>(std::move(way))); }
  std::string cat(const std::string& file) {
    context.next_source = std::move(source);
    return testing::ran(commands::checkpoint_cat, {"a1", file}, context);
  }
  Error refusal(const std::string& file) {
    return thrown([&] { cat(file); });
  }

  std::unique_ptr<testing::FakeSource> source = std::make_unique<testing::FakeSource>();
  testing::FakeContext context;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "cat writes the bytes of one file and nothing else") {
  add(Way("bytes"));
  CHECK(cat("code/model_def.py") == "code/model_def.py=bytes");
  CHECK(context.told.str().empty());
}

TEST_CASE_METHOD(Fixture, "a way that gives nothing is followed by the next") {
  add(Way("", Error(Failure::storage, "no credentials")));
  add(Way("bytes"));
  CHECK(cat("metadata.json") == "metadata.json=bytes");
  CHECK(context.told.str() == "by way of : no credentials; another way is tried\n");
}

TEST_CASE_METHOD(Fixture, "a way that breaks off in the middle is not followed by another") {
  add(Way("half", Error(Failure::storage, "gone")));
  add(Way("bytes"));
  const auto error = refusal("metadata.json");
  CHECK(error.failure == Failure::storage);
  CHECK(error.message == "failed to read a file of checkpoint a1: gone");
  CHECK(context.printed.str() == "metadata.json=half");
}

TEST_CASE_METHOD(Fixture, "a wish to stop is no reason to try another way") {
  add(Way("", Error(Failure::interrupted, "interrupted")));
  add(Way("bytes"));
  CHECK(refusal("metadata.json").failure == Failure::interrupted);
}

TEST_CASE_METHOD(Fixture, "a slip in the file's name is answered with names that are near") {
  const auto error = refusal("model_def.py");
  CHECK(error.failure == Failure::not_found);
  CHECK(error.message ==
        "failed to read a file of checkpoint a1: checkpoint a1 has no file 'model_def.py'; did you mean "
        "code/model_def.py?");
  CHECK(error.next == "det checkpoint describe a1 --files");
}

TEST_CASE_METHOD(Fixture, "a name that is near as a whole is found, a folder and a stranger are not") {
  CHECK(refusal("state_dict.pt").message.ends_with("did you mean state_dict.pth?"));
  source = std::make_unique<testing::FakeSource>();
  source->rows = {testing::checkpoint_with_loss("a1", 0.5)};
  source->rows[0].files = {{"code/", 0}};
  CHECK(refusal("code/").message.ends_with("has no file 'code/'"));
}

TEST_CASE_METHOD(Fixture, "a DELETED checkpoint has no files") {
  source->rows[0].state = model::CheckpointState::deleted;
  CHECK(refusal("metadata.json").failure == Failure::not_found);
}
