#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/fixture.hpp"
#include "tests/unit/client/asked_master.hpp"

using namespace det;
using det::testing::answer;
using det::testing::Answer;
using det::testing::AskedMaster;
using det::testing::error_of;
using det::testing::fixture;
using det::testing::header;

namespace {

const std::string of_experiment =
    "GET http://m:8080/api/v1/experiments/18/checkpoints?sortByAttr=SORT_BY_END_TIME";
const std::string uuid = "a0000005-0000-4000-8000-000000000005";

Answer in_pieces(const std::string& body, std::size_t size) {
  Answer made;
  for (std::size_t at = 0; at < body.size(); at += size) made.chunks.push_back(body.substr(at, size));
  return made;
}

std::string listed(AskedMaster& asked, const client::CheckpointQuery& query) {
  std::string seen;
  asked.master->checkpoints(query, [&](const model::Checkpoint& checkpoint) {
    seen += checkpoint.id.substr(7, 1);
    return true;
  });
  return seen;
}

}  // namespace

TEST_CASE("the checkpoints of an experiment come in one request, by report time, in pieces of any size") {
  for (const std::size_t size : {1u, 7u, 1000u, 100000u}) {
    AskedMaster asked;
    asked.transport.expect(of_experiment, in_pieces(fixture("wire/checkpoints-states.json"), size));
    CHECK(listed(asked, {client::CheckpointScope::experiment, "18"}) == "81245736");
    CHECK(asked.transport.requests().at(0).compressed);
  }
}

TEST_CASE("the checkpoints of a trial come by its own path") {
  AskedMaster asked;
  asked.transport.expect("GET http://m:8080/api/v1/trials/22/checkpoints?sortByAttr=SORT_BY_END_TIME",
                         answer(200, fixture("wire/checkpoints-none.json")));
  CHECK(listed(asked, {client::CheckpointScope::trial, "22"}).empty());
}

TEST_CASE("a sink that has enough ends the transfer") {
  AskedMaster asked;
  Answer rows = in_pieces(fixture("wire/checkpoints-states.json"), 4000);
  rows.broken_by = Error(Failure::unclassified, "read too far");
  asked.transport.expect(of_experiment, rows);
  int taken = 0;
  asked.master->checkpoints({client::CheckpointScope::experiment, "18"},
                            [&](const model::Checkpoint&) { return ++taken < 2; });
  CHECK(taken == 2);
}

TEST_CASE("rows before the end of a broken list are delivered, then the list fails") {
  AskedMaster asked;
  const std::string whole = fixture("wire/checkpoints-states.json");
  asked.transport.expect(of_experiment, answer(200, whole.substr(0, whole.size() / 2)));
  int taken = 0;
  const Error error = error_of([&] {
    asked.master->checkpoints({client::CheckpointScope::experiment, "18"},
                              [&](const model::Checkpoint&) { return ++taken > 0; });
  });
  CHECK(error.message == "the master's answer is not valid: it ends too early");
  CHECK(taken == 3);
}

TEST_CASE("a list that is no list is refused") {
  AskedMaster asked;
  asked.transport.expect(of_experiment, answer(200, R"({"checkpoints":null})"))
      .expect(of_experiment, answer(200, "<html>welcome</html>"));
  const client::CheckpointQuery query{client::CheckpointScope::experiment, "18"};
  const std::string start = "the master's answer is not valid: ";
  CHECK(error_of([&] { listed(asked, query); }).message == start + "checkpoints is missing");
  CHECK(error_of([&] { listed(asked, query); }).message == start + "it is not a JSON object");
}

TEST_CASE("one checkpoint comes by its uuid") {
  AskedMaster asked;
  asked.transport.expect("GET http://m:8080/api/v1/checkpoints/" + uuid,
                         answer(200, fixture("wire/checkpoint.json")));
  CHECK(asked.master->checkpoint(uuid).searcher_metric == 0.4);
}

TEST_CASE("what is no uuid asks nothing") {
  AskedMaster asked;
  CHECK(error_of([&] { asked.master->checkpoint("not-a-uuid"); }).failure == Failure::not_found);
  CHECK(error_of([&] { asked.master->archive("..", client::ArchiveFormat::tar); }).failure ==
        Failure::not_found);
}

TEST_CASE("an archive is asked for as what it shall be, and comes undecoded") {
  AskedMaster asked;
  const std::string call = "GET http://m:8080/checkpoints/" + uuid;
  asked.transport.expect(call, answer(200, "tar")).expect(call, answer(200, "gzip"));
  CHECK(asked.master->archive(uuid, client::ArchiveFormat::tar)->next() == "tar");
  CHECK(asked.master->archive(uuid, client::ArchiveFormat::tar_gzip)->next() == "gzip");
  CHECK(header(asked.transport.requests().at(0), "Accept") == "application/x-tar");
  CHECK(header(asked.transport.requests().at(1), "Accept") == "application/gzip");
  CHECK_FALSE(asked.transport.requests().at(0).compressed);
}

TEST_CASE("an archive is judged by its status, not by its type") {
  AskedMaster asked;
  Answer failed = answer(500, fixture("wire/error-archive.json"));
  failed.headers = {{"Content-Type", "application/x-tar"}};
  asked.transport.expect("GET http://m:8080/checkpoints/" + uuid, failed);
  const Error error = error_of([&] { asked.master->archive(uuid, client::ArchiveFormat::tar); });
  CHECK(error.failure == Failure::master);
  CHECK(error.http_status == 500);
  CHECK(error.message == "unable to list checkpoint " + uuid + " files: lstat /lab/storage/" + uuid +
                             "/: no such file or directory");
}
