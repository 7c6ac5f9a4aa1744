#include <catch2/catch.hpp>
#include <string>

#include "commands/registry_entries.hpp"
#include "storage/file_reader.hpp"
#include "storage/receipt.hpp"
#include "tests/support/fake_source.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/commands/ran_command.hpp"

using namespace det;
using testing::thrown;
using testing::write_file;

namespace {

struct Fixture {
  // A directory with one file of 4 bytes and its receipt.
  void keep(const std::string& folder, const std::string& id) const {
    storage::Receipt receipt;
    receipt.source_address = "http://fake:8080";
    receipt.checkpoint_id = id;
    receipt.route = "master http://fake:8080";
    receipt.downloaded_at = "2026-11-20T23:56:48Z";
    storage::ReceiptFile file{"model.pt", 4, 0, {}};
    storage::Hasher hasher({storage::DigestKind::xxh3_128});
    hasher.add("good");
    file.proof.digests = hasher.finish();
    receipt.files = {file};
    write_file(directory / folder / "model.pt", "good");
    write_file(directory / folder / "det-receipt.json", storage::to_text(receipt));
  }
  std::string at(const std::string& folder) const { return (directory / folder).string(); }

  std::string verify(std::vector<std::string> words) {
    context.printed.str("");
    context.told.str("");
    context.options.progress = "none";
    return testing::ran(commands::checkpoint_verify, std::move(words), context);
  }

  // The source lists checkpoint `id` with these files.
  void source_has(const std::string& id, std::vector<model::CheckpointFile> files) {
    auto source = std::make_unique<testing::FakeSource>();
    source->rows = {testing::checkpoint_with_loss(id, 0.5)};
    source->rows[0].files = std::move(files);
    context.next_source = std::move(source);
  }

  testing::TemporaryDirectory directory;
  testing::FakeContext context;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "verify has a line for each checkpoint that is as it was") {
  keep("a", "a1");
  keep("b", "b1");
  CHECK(verify({directory.path().string()}) == at("a") + ": ok (1 file, 4.0B, digests checked)\n" + at("b") +
                                                   ": ok (1 file, 4.0B, digests checked)\n");
  CHECK(context.told.str().empty());
}

TEST_CASE_METHOD(Fixture, "verify says of each bad file what is wrong with it, and ends with 7") {
  keep("a", "a1");
  keep("b", "b1");
  write_file(directory / "a" / "model.pt", "evil");
  write_file(directory / "a" / "notes", "x");
  const auto error = thrown([&] { verify({at("a"), at("b")}); });
  CHECK(error.failure == Failure::integrity);
  CHECK(error.message == "1 of 2 checkpoints is not as it should be");
  CHECK(context.printed.str() == at("a") +
                                     ": 1 thing is wrong\n"
                                     "  model.pt: has another xxh3-128 than the receipt says\n"
                                     "  notes: is not of the checkpoint\n" +
                                     at("b") + ": ok (1 file, 4.0B, digests checked)\n");
}

TEST_CASE_METHOD(Fixture, "an extra file is named and is no failure") {
  keep("a", "a1");
  write_file(directory / "a" / "notes", "x");
  CHECK(verify({at("a")}) ==
        at("a") + ": ok (1 file, 4.0B, digests checked)\n  notes: is not of the checkpoint\n");
}

TEST_CASE_METHOD(Fixture, "a broken receipt is an integrity failure") {
  write_file(directory / "a" / "det-receipt.json", "{");
  CHECK(thrown([&] { verify({at("a")}); }).failure == Failure::integrity);
  CHECK(context.printed.str() == at("a") + ": its det-receipt.json is broken\n");
}

TEST_CASE_METHOD(Fixture, "a path that is not there is 5, one without receipts is 6") {
  write_file(directory / "plain" / "model.pt", "x");
  CHECK(thrown([&] { verify({at("gone")}); }).failure == Failure::not_found);
  CHECK(thrown([&] { verify({at("plain")}); }).failure == Failure::nothing_selected);
  CHECK(context.printed.str().empty());
}

TEST_CASE_METHOD(Fixture, "one path that cannot be verified does not keep the others from it") {
  keep("a", "a1");
  const auto error = thrown([&] { verify({at("gone"), at("a")}); });
  CHECK(error.failure == Failure::partial);
  CHECK(error.message == "1 of 2 paths could not be verified");
  CHECK(context.told.str() == "det: " + at("gone") + " does not exist\n");
  CHECK(context.printed.str() == at("a") + ": ok (1 file, 4.0B, digests checked)\n");
}

TEST_CASE_METHOD(Fixture, "one directory that cannot be compared does not keep its neighbours from it") {
  keep("a", "a1");
  keep("b", "b1");
  keep("c", "c1");
  auto source = std::make_unique<testing::FakeSource>();
  for (const std::string id : {"a1", "c1"}) {
    source->rows.push_back(testing::checkpoint_with_loss(id, 0.5));
    source->rows.back().files = {{"model.pt", 4}};
  }
  source->refused = "b1";
  context.next_source = std::move(source);
  const auto error = thrown([&] { verify({directory.path().string(), "--remote"}); });
  CHECK(error.failure == Failure::partial);
  CHECK(error.message == "1 of 3 paths could not be verified");
  CHECK(context.told.str() == "det: failed to ask for checkpoint b1: the master refuses b1\n");
  const std::string fine = ": ok (1 file, 4.0B, digests checked, as its source lists it)\n";
  CHECK(context.printed.str() == at("a") + fine + at("c") + fine);
}

TEST_CASE_METHOD(Fixture, "directories without a receipt beside others are counted") {
  keep("a", "a1");
  write_file(directory / "half" / "model.pt", "x");
  verify({directory.path().string()});
  CHECK(context.told.str() ==
        "1 directory in " + directory.path().string() + " without a det-receipt.json passed over\n");
}

TEST_CASE_METHOD(Fixture, "verify --json prints one object a checkpoint, also when one is wrong") {
  keep("a", "a1");
  write_file(directory / "a" / "model.pt", "bad");
  context.options.json = true;
  CHECK_THROWS(verify({at("a")}));
  CHECK(
      model::Json::parse(context.printed.str()) ==
      model::Json::parse(R"([{"path": ")" + at("a") + R"(", "uuid": "a1", "ok": false, "files": 1, "bytes": 4,
        "digests_checked": 0,
        "problems": [{"file": "model.pt", "problem": "has 3 bytes, the receipt says 4"}], "extra": []}])"));
}

TEST_CASE_METHOD(Fixture, "--remote compares with what the source lists now") {
  keep("a", "a1");
  source_has("a1", {{"model.pt", 4}});
  CHECK(verify({at("a"), "--remote"}) ==
        at("a") + ": ok (1 file, 4.0B, digests checked, as its source lists it)\n");
  source_has("a1", {{"model.pt", 5}});
  CHECK(thrown([&] { verify({at("a"), "--remote"}); }).failure == Failure::integrity);
  CHECK(context.printed.str() ==
        at("a") +
            ": 1 thing is wrong\n  model.pt: has 5 bytes by the list of its source, 4 by the receipt\n");
}

TEST_CASE_METHOD(Fixture, "--remote tells when the source has the checkpoint no more") {
  keep("a", "a1");
  source_has("another", {});
  CHECK_THROWS(verify({at("a"), "--remote"}));
  CHECK(context.printed.str() ==
        at("a") + ": 1 thing is wrong\n  (the checkpoint): is not known to its source any more\n");
}

TEST_CASE_METHOD(Fixture, "--remote asks nobody but the current source") {
  keep("a", "a1");
  auto receipt = testing::read_file(directory / "a" / "det-receipt.json");
  const std::string ours = "http://fake:8080\",";
  receipt.replace(receipt.find(ours), ours.size(), "http://elsewhere:80\",");
  write_file(directory / "a" / "det-receipt.json", receipt);
  source_has("a1", {});
  const auto error = thrown([&] { verify({at("a"), "--remote"}); });
  CHECK(error.failure == Failure::usage);
  CHECK(error.message ==
        "checkpoint a1 came from http://elsewhere:80, and the current source is http://fake:8080");
  CHECK(error.next == "-m with the address that the receipt names, if it is one that you trust");
}

TEST_CASE_METHOD(Fixture, "--remote of what came from a directory names the flag that asks it") {
  keep("a", "a1");
  auto receipt = testing::read_file(directory / "a" / "det-receipt.json");
  const std::string ours = "http://fake:8080\",";
  receipt.replace(receipt.find(ours), ours.size(), "dir:/mnt/kept ones\",");
  write_file(directory / "a" / "det-receipt.json", receipt);
  source_has("a1", {});
  const auto error = thrown([&] { verify({at("a"), "--remote"}); });
  CHECK(error.failure == Failure::usage);
  CHECK(error.next == "--source 'dir:/mnt/kept ones'");
}

TEST_CASE_METHOD(Fixture, "--remote compares with the digests that the source states") {
  keep("a", "a1");
  auto source = std::make_unique<testing::FakeSource>();
  source->rows = {testing::checkpoint_with_loss("a1", 0.5)};
  source->rows[0].files = {{"model.pt", 4}};
  storage::Hasher hasher({storage::DigestKind::xxh3_128});
  hasher.add("evil");
  source->ways.push_back(storage::directory_reader(directory / "a", context.cancellation(),
                                                   {{"model.pt", hasher.finish().front()}}));
  context.next_source = std::move(source);
  CHECK(thrown([&] { verify({at("a"), "--remote"}); }).failure == Failure::integrity);
  CHECK(context.printed.str() ==
        at("a") + ": 1 thing is wrong\n  model.pt: has another xxh3-128 than its storage says\n");
}
