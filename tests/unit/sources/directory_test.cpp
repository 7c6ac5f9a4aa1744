#include "sources/directory.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "model/error.hpp"
#include "storage/download.hpp"
#include "storage/receipt.hpp"
#include "tests/support/never_cancelled.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"

using namespace det;
using testing::thrown;
using testing::write_file;
using Words = std::vector<std::string>;

namespace {

storage::Receipt receipt_of(const std::string& id, std::int64_t steps) {
  storage::Receipt receipt;
  receipt.source_address = "http://there:8080";
  receipt.experiment_id = "12";
  receipt.trial_id = "16";
  receipt.checkpoint_id = id;
  receipt.steps_completed = steps;
  receipt.route = "master http://there:8080";
  receipt.downloaded_at = "2026-11-20T23:56:48Z";
  return receipt;
}

storage::Receipt chosen_by(storage::Receipt receipt, const std::string& metric, double value) {
  receipt.choice = {metric, true, value, 1};
  return receipt;
}

std::vector<storage::Digest> digests_of(std::string_view bytes,
                                        const std::vector<storage::DigestKind>& kinds) {
  storage::Hasher hasher(kinds);
  hasher.add(bytes);
  return hasher.finish();
}

class Quiet final : public storage::Progress {
 public:
  void started(const std::string&, std::size_t, std::uint64_t) override {}
  void advanced(std::uint64_t) override {}
  void found(std::uint64_t) override {}
  void file_done() override {}
  void finished() override {}
  void gave_up(const std::string&) override {}
};

struct Fixture {
  // Each in a directory of its own.
  void keep(const std::string& folder, const storage::Receipt& receipt) const {
    write_file(kept(folder) / "det-receipt.json", storage::to_text(receipt));
  }
  std::filesystem::path kept(const std::string& folder) const { return directory / folder; }

  std::unique_ptr<sources::Source> source() { return source_at(directory.path()); }
  std::unique_ptr<sources::Source> source_at(const std::filesystem::path& path) {
    return sources::directory(path, never,
                              [this](std::string_view line) { warnings.push_back(std::string(line)); });
  }

  std::vector<model::Checkpoint> all() { return found(sources::Scope::experiment, directory.path()); }
  std::vector<model::Checkpoint> found(sources::Scope scope, const std::string& id) {
    std::vector<model::Checkpoint> rows;
    source()->checkpoints({scope, id}, [&](const model::Checkpoint& one) {
      rows.push_back(one);
      return true;
    });
    return rows;
  }
  Words ids() {
    Words ids;
    for (const auto& one : all()) ids.push_back(one.id);
    return ids;
  }

  testing::TemporaryDirectory directory;
  testing::NeverCancelled never;
  Words warnings;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a kept checkpoint is what its receipt says") {
  auto receipt = chosen_by(receipt_of("a1", 500), "loss", 0.25);
  receipt.files = {{"code/model.py", 7, 0, {}}, {"det-receipt.json", 3, 0, {}}};
  keep("best", receipt);
  write_file(kept("best") / "metadata.json", R"({"steps_completed": 500})");
  const auto rows = all();
  REQUIRE(rows.size() == 1);
  const auto& one = rows[0];
  CHECK(one.id == "a1");
  CHECK(one.experiment_id == "12");
  CHECK(one.trial_id == "16");
  CHECK(one.state == model::CheckpointState::completed);
  CHECK(one.state_word == "COMPLETED");
  CHECK(one.steps_completed == 500);
  CHECK(one.metadata == model::Json{{"steps_completed", 500}});
  CHECK(one.searcher_metric == 0.25);
  CHECK(model::validation_metric(one, "loss") == 0.25);
  // As it lies on disk: under its own name it would be taken for our mark.
  REQUIRE(one.files.size() == 2);
  CHECK(one.files[0].path == "code/model.py");
  CHECK(one.files[0].size_bytes == 7);
  CHECK(one.files[1].path == "det-receipt.json.from-checkpoint");
}

TEST_CASE_METHOD(Fixture, "checkpoints come by steps, whatever their directories are called") {
  keep("x", receipt_of("late", 900));
  keep("y", receipt_of("early", 100));
  keep("z", receipt_of("middle", 500));
  CHECK(ids() == Words{"early", "middle", "late"});
  CHECK(warnings.empty());
}

TEST_CASE_METHOD(Fixture, "a checkpoint directory is a source of one") {
  keep("best", receipt_of("a1", 500));
  keep("best/nested", receipt_of("a2", 500));
  const auto source = source_at(kept("best"));
  CHECK(source->checkpoint("a1").id == "a1");
  CHECK(thrown([&] { source->checkpoint("a2"); }).failure == Failure::not_found);
  CHECK(source->address() == "dir:" + kept("best").string());
}

TEST_CASE_METHOD(Fixture, "broken receipts and repeated checkpoints are counted, once") {
  keep("a", receipt_of("a1", 500));
  keep("b", receipt_of("a1", 500));
  write_file(kept("c") / "det-receipt.json", "{}");
  write_file(kept("d") / "det-receipt.json", "not JSON");
  auto hostile = receipt_of("a2", 1);
  hostile.files = {{"../../etc/passwd", 1, 0, {}}};
  keep("e", hostile);
  const auto source = this->source();
  CHECK(source->checkpoint("a1").id == "a1");
  CHECK(source->location(source->checkpoint("a1")) == kept("a"));
  const auto in = " in " + directory.path().string();
  CHECK(warnings == Words{"3 receipts" + in + " are broken, and passed over",
                          "1 checkpoint" + in + " is there twice: the first directory by name counts"});
}

TEST_CASE_METHOD(Fixture, "links, hidden entries and other directories are passed over in silence") {
  keep("a", receipt_of("a1", 500));
  keep(".a.det-partial", receipt_of("a2", 500));
  write_file(kept("notes") / "readme", "x");
  write_file(kept("file"), "x");
  std::filesystem::create_symlink("a", kept("latest"));
  CHECK(ids() == Words{"a1"});
  CHECK(warnings.empty());
}

TEST_CASE_METHOD(Fixture, "a directory without receipts has no checkpoints; one that is not there is named") {
  CHECK(ids().empty());
  const auto error = thrown([&] { source_at(kept("gone"))->checkpoint("a1"); });
  CHECK(error.failure == Failure::not_found);
  CHECK(error.message == kept("gone").string() + " does not exist");
}

TEST_CASE_METHOD(Fixture, "the metric by which all were chosen is the searcher's") {
  keep("a", chosen_by(receipt_of("a1", 1), "loss", 0.5));
  keep("b", chosen_by(receipt_of("a2", 2), "loss", std::nan("")));
  keep("c", receipt_of("a3", 3));
  const auto rows = all();
  REQUIRE(rows.size() == 3);
  for (const auto& one : rows) {
    REQUIRE(one.configuration);
    CHECK(one.configuration->searcher.metric == "loss");
  }
  CHECK(std::isnan(*rows[1].searcher_metric));
  CHECK(rows[1].validation_metrics["avgMetrics"]["loss"] == "NaN");
  CHECK_FALSE(rows[2].searcher_metric);
}

TEST_CASE_METHOD(Fixture, "values of different metrics are not compared") {
  keep("a", chosen_by(receipt_of("a1", 1), "loss", 0.5));
  keep("b", chosen_by(receipt_of("a2", 2), "error", 0.25));
  for (const auto& one : all()) {
    CHECK(one.configuration->searcher.metric.empty());
    CHECK_FALSE(one.searcher_metric);
  }
  CHECK(model::validation_metric(all()[1], "error") == 0.25);
  CHECK(source()->experiment(directory.path()).configuration->searcher.metric.empty());
}

TEST_CASE_METHOD(Fixture, "trials and experiments are those that the receipts name") {
  keep("a", receipt_of("a1", 100));
  keep("b", receipt_of("a2", 700));
  auto other = receipt_of("b1", 5);
  other.trial_id = "9";
  other.experiment_id = "8";
  keep("c", other);
  const auto source = this->source();
  CHECK(source->trial("16").total_batches == 700);
  CHECK(source->trial("16").experiment_id == "12");
  CHECK(source->experiment(directory.path()).trial_ids == Words{"16", "9"});
  CHECK(found(sources::Scope::trial, "16").size() == 2);
  CHECK(found(sources::Scope::experiment, "8").size() == 1);
  CHECK(found(sources::Scope::experiment, directory.path().string() + "/").size() == 3);
  CHECK(thrown([&] { source->trial("77"); }).failure == Failure::not_found);
  CHECK(thrown([&] { source->experiment("77"); }).failure == Failure::not_found);
}

TEST_CASE_METHOD(Fixture, "files come from the checkpoint's own directory, and through no master") {
  keep("best", receipt_of("a1", 100));
  const auto source = this->source();
  const auto checkpoint = source->checkpoint("a1");
  const auto routes = source->routes(checkpoint, {});
  REQUIRE(routes.size() == 1);
  CHECK(routes[0]->description() == "directory " + kept("best").string());
  CHECK(routes[0]->reachable());
  CHECK(source->readers(checkpoint)[0]->description() == "directory " + kept("best").string());
  CHECK(thrown([&] { source->routes(checkpoint, {.mode = storage::Mode::master}); }).failure ==
        Failure::usage);
}

TEST_CASE_METHOD(Fixture, "what a receipt says of a file's bytes is what this source states of them") {
  auto receipt = receipt_of("a1", 100);
  receipt.files = {
      {"model.pt",
       3,
       0,
       {.digests = digests_of("abc", {storage::DigestKind::sha256, storage::DigestKind::xxh3_128})}},
      {"det-receipt.json", 2, 0, {.digests = digests_of("{}", {storage::DigestKind::md5})}},
      {"z.bin", 1, 0, {}}};
  keep("best", receipt);
  write_file(kept("best") / "model.pt", "abc");
  write_file(kept("best") / "det-receipt.json.from-checkpoint", "{}");
  write_file(kept("best") / "z.bin", "z");
  const auto source = this->source();
  const auto listed = source->readers(source->checkpoint("a1"))[0]->list().value();
  REQUIRE(listed.size() == 4);
  CHECK_FALSE(listed[0].digest);  // our own receipt
  CHECK(listed[1].digest == digests_of("{}", {storage::DigestKind::md5}).front());
  CHECK(listed[2].digest == digests_of("abc", {storage::DigestKind::xxh3_128}).front());
  CHECK_FALSE(listed[3].digest);
}

TEST_CASE_METHOD(Fixture, "a kept file that is damaged is not copied as if it were whole") {
  auto receipt = receipt_of("a1", 100);
  receipt.files = {{"model.pt", 3, 0, {.digests = digests_of("abc", {storage::DigestKind::xxh3_128})}}};
  keep("best", receipt);
  write_file(kept("best") / "model.pt", "abd");
  const auto source = this->source();
  const auto checkpoint = source->checkpoint("a1");
  const auto target = directory / "copies/a1";
  Quiet progress;
  const auto download = [&] {
    const storage::DownloadOrder order{
        .checkpoint = checkpoint, .target = target, .source_address = source->address(), .choice = {}};
    return storage::download(order, source->routes(checkpoint, {}), progress, never);
  };
  CHECK(thrown(download).failure == Failure::integrity);
  CHECK_FALSE(std::filesystem::exists(target));
  write_file(kept("best") / "model.pt", "abc");
  CHECK(download() == storage::Outcome::downloaded);
  CHECK(storage::read_receipt(target)->files[0].proof.checked == storage::DigestKind::xxh3_128);
}

TEST_CASE_METHOD(Fixture, "metadata that is no object, too deep or behind a link is none") {
  const std::string deep = std::string(200, '[') + std::string(200, ']');
  keep("a", receipt_of("a1", 1));
  for (const auto& text : Words{"", "[1]", "{", R"({"a": )" + deep + "}"}) {
    write_file(kept("a") / "metadata.json", text);
    CHECK(all()[0].metadata.is_null());
  }
  std::filesystem::remove(kept("a") / "metadata.json");
  write_file(kept("elsewhere.json"), R"({"secret": 1})");
  std::filesystem::create_symlink("../elsewhere.json", kept("a") / "metadata.json");
  CHECK(all()[0].metadata.is_null());
}
