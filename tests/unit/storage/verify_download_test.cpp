#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "storage/directory_route.hpp"
#include "storage/prover.hpp"
#include "storage/staging.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/storage/scene.hpp"
#include "tests/unit/storage/tar_writer.hpp"

namespace det::testing {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;
using storage::DigestKind;
using storage::Outcome;
using storage::Verify;

constexpr const char* xxh3_of_abc = "06b05ab6733a618578af5f94892f3950";
constexpr const char* sha256_of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

struct OneFile : Scene {
  OneFile() {
    add("model.pt", "abc");
    add("metadata.json", "{}");
  }

  storage::ReceiptFile recorded() const { return storage::read_receipt(target).value().files.at(0); }

  // The digest of model.pt that the receipt has; empty: none.
  std::string recorded(DigestKind kind) const {
    const auto file = recorded();
    const auto* digest = storage::digest_in(file.proof, kind);
    return digest == nullptr ? "" : storage::hex(*digest);
  }

  std::string sums() const { return read_file(target / "SHA256SUMS"); }

  // Other bytes under the same size and time, as a failing disk leaves them.
  void rot() const {
    const auto time = fs::last_write_time(target / "model.pt");
    write_file(target / "model.pt", "abd");
    fs::last_write_time(target / "model.pt", time);
  }
};

TEST_CASE("every file that is copied gets an XXH3 of its bytes, which its source did not state") {
  OneFile scene;
  scene.download_directly();
  CHECK(scene.recorded(DigestKind::xxh3_128) == xxh3_of_abc);
  CHECK(scene.recorded().proof.digests.size() == 1);
  CHECK_FALSE(scene.recorded().proof.checked);
}

TEST_CASE("every file out of an archive gets an XXH3 of its bytes") {
  OneFile scene;
  scene.download_tar(member({"model.pt", "abc"}) + member({"metadata.json", "{}"}) + tar_end(), 1);
  CHECK(scene.recorded(DigestKind::xxh3_128) == xxh3_of_abc);
}

TEST_CASE("with --verify size nothing is hashed") {
  OneFile scene;
  scene.options.verify = Verify::size;
  scene.download_directly();
  CHECK(read_file(scene.target / "model.pt") == "abc");
  CHECK(scene.recorded().proof.digests.empty());
  CHECK(scene.download_directly() == Outcome::already_complete);
}

// Brings model.pt and says what the store stated of it.
class StatingRoute final : public storage::Route {
 public:
  explicit StatingRoute(storage::FileProof proof) : proof_(std::move(proof)) {}
  std::string description() const override { return "storage s3://bucket"; }
  bool reachable() const override { return true; }
  void fetch(const model::Checkpoint&, storage::Staging& staging, storage::Progress&) override {
    for (const auto& file : staging.list().files()) {
      auto staged = staging.create(file.path, file.size_bytes);
      staged.write(std::string(file.size_bytes, 'x'));
      staged.finish(storage::Resumable::at_once);
      staging.prove(file.path, proof_);
    }
  }

 private:
  storage::FileProof proof_;
};

TEST_CASE("the receipt says by which digest of the source a file was verified") {
  OneFile scene;
  storage::Hasher hasher({DigestKind::md5});
  hasher.add("xxx");
  std::vector<std::unique_ptr<storage::Route>> routes;
  routes.push_back(std::make_unique<StatingRoute>(
      storage::FileProof{.digests = hasher.finish(), .checked = DigestKind::md5}));
  scene.download_by(std::move(routes));
  CHECK(scene.recorded().proof.checked == DigestKind::md5);
  CHECK(scene.recorded(DigestKind::md5) == "f561aaf6ef0bf14d4208bb46a4ccb3ad");
  CHECK_FALSE(scene.recorded(DigestKind::xxh3_128).empty());  // computed here
  CHECK(scene.receipt().find("\"files_without_digest\": 0") != std::string::npos);
}

storage::Digest digest_of(std::string_view bytes, DigestKind kind) {
  storage::Hasher hasher({kind});
  hasher.add(bytes);
  return hasher.finish().front();
}

// A route from storage(), whose source states that digest of model.pt.
std::vector<std::unique_ptr<storage::Route>> stating(const OneFile& scene, const storage::Digest& digest) {
  std::vector<std::unique_ptr<storage::Route>> routes;
  routes.push_back(
      storage::directory_route({scene.storage()}, scene.checkpoint.id, scene.never, {{"model.pt", digest}}));
  return routes;
}

TEST_CASE("a copy is compared with the digest that its source states, computed for it where need be") {
  OneFile scene;
  const auto kind = GENERATE(DigestKind::xxh3_128, DigestKind::md5, DigestKind::sha256, DigestKind::crc32c);
  scene.options.verify = GENERATE(Verify::full, Verify::hash);
  scene.download_by(stating(scene, digest_of("abc", kind)));
  CHECK(scene.recorded().proof.checked == kind);
  CHECK_FALSE(scene.recorded(kind).empty());
  CHECK(scene.recorded(DigestKind::xxh3_128) == xxh3_of_abc);
}

TEST_CASE("a copy that has not the digest that its source states does not stay") {
  OneFile scene;
  SECTION("whatever hashes") {
    scene.options.verify = GENERATE(Verify::full, Verify::hash);
  }
  SECTION("with SHA-256") {
    scene.options.sha256 = true;
  }
  const auto stated = digest_of("abd", DigestKind::xxh3_128);
  const auto error = thrown([&] { scene.download_by(stating(scene, stated)); });
  CHECK(error.failure == Failure::integrity);
  CHECK(error.cause == "\"model.pt\" in " + scene.stored().native() + " is damaged: its xxh3-128 is " +
                           xxh3_of_abc + " and its source states " + storage::hex(stated));
  CHECK_FALSE(fs::exists(scene.root() / "downloads"));
}

TEST_CASE("with --verify size no copy is compared with a digest") {
  OneFile scene;
  scene.options.verify = Verify::size;
  CHECK(scene.download_by(stating(scene, digest_of("abd", DigestKind::xxh3_128))) == Outcome::downloaded);
  CHECK_FALSE(scene.recorded().proof.checked);
  CHECK(scene.recorded().proof.digests.empty());
}

TEST_CASE("a file whose blocks are shared with its source is not read for an XXH3 alone") {
  OneFile scene;
  std::vector<std::unique_ptr<storage::Route>> routes;
  routes.push_back(std::make_unique<StatingRoute>(storage::FileProof{.cloned = true}));
  SECTION("by itself") {
    scene.download_by(std::move(routes));
    CHECK(scene.recorded().proof.cloned);
    CHECK(scene.receipt().find("\"hashed\": \"cloned, not hashed\"") != std::string::npos);
    scene.options.verify = Verify::hash;
    CHECK(scene.download_directly() == Outcome::already_complete);
    CHECK_FALSE(scene.recorded(DigestKind::xxh3_128).empty());
    CHECK(scene.receipt().find("cloned") == std::string::npos);
  }
  SECTION("with SHA-256") {
    scene.options.sha256 = true;
    scene.download_by(std::move(routes));
    CHECK_FALSE(scene.recorded(DigestKind::sha256).empty());
    CHECK_FALSE(scene.recorded(DigestKind::xxh3_128).empty());
  }
}

TEST_CASE("files that lay at the target without receipt are hashed for the new one") {
  OneFile scene;
  write_file(scene.target / "model.pt", "abc");
  write_file(scene.target / "metadata.json", "{}");
  CHECK(scene.download_directly() == Outcome::already_complete);
  CHECK(scene.recorded(DigestKind::xxh3_128) == xxh3_of_abc);
}

TEST_CASE("--sha256 writes sums that coreutils checks") {
  OneFile scene;
  scene.add("odd\\name\n", "x");
  scene.options.sha256 = true;
  CHECK(scene.download_directly() == Outcome::downloaded);
  CHECK(tree(scene.target) ==
        Names{"SHA256SUMS", "det-receipt.json", "metadata.json", "model.pt", "odd\\name\n"});
  CHECK(scene.sums().find(std::string(sha256_of_abc) + "  model.pt\n") == 0);
  const auto check = "cd '" + scene.target.native() + "' && sha256sum --check --strict --status SHA256SUMS";
  CHECK(std::system(check.c_str()) == 0);
  CHECK(scene.recorded(DigestKind::sha256) == sha256_of_abc);
  const auto receipt = scene.receipt();
  CHECK(scene.download_directly() == Outcome::already_complete);
  CHECK(scene.receipt() == receipt);
}

TEST_CASE("--sha256 adds what a complete checkpoint lacks, without asking its source") {
  OneFile scene;
  scene.download_directly();
  fs::remove_all(scene.storage());
  scene.options.sha256 = true;
  CHECK(scene.download_directly() == Outcome::already_complete);
  CHECK(scene.sums().find(sha256_of_abc) == 0);
  CHECK(scene.recorded(DigestKind::xxh3_128) == xxh3_of_abc);
  fs::remove(scene.target / "SHA256SUMS");
  CHECK(scene.download_directly() == Outcome::already_complete);
  CHECK(scene.sums().find(sha256_of_abc) == 0);
}

TEST_CASE("a SHA256SUMS of ours follows the files, also without the flag") {
  OneFile scene;
  scene.options.sha256 = true;
  scene.download_directly();
  const auto before = scene.sums();
  scene.options.sha256 = false;
  scene.add("later.pt", "abc");
  CHECK(scene.download_directly() == Outcome::downloaded);
  CHECK(scene.sums() == before + sha256_of_abc + "  later.pt\n");
}

TEST_CASE("a SHA256SUMS of this checkpoint that a kill or a lost receipt left is taken for ours") {
  OneFile scene;
  scene.options.sha256 = true;
  scene.download_directly();
  fs::remove(scene.target / "det-receipt.json");
  CHECK(scene.download_directly() == Outcome::already_complete);
  CHECK(storage::read_receipt(scene.target)->sums_file);
}

TEST_CASE("a SHA256SUMS of the user's is not replaced") {
  OneFile scene;
  scene.download_directly();
  write_file(scene.target / "SHA256SUMS", "mine");
  CHECK(scene.download_directly() == Outcome::already_complete);
  scene.options.sha256 = true;
  const auto error = thrown([&] { scene.download_directly(); });
  CHECK(error.failure == Failure::held);
  CHECK(error.message ==
        scene.target.native() + " holds something else: its SHA256SUMS was not written by det");
  CHECK(scene.sums() == "mine");
  scene.options.force = true;
  CHECK(scene.download_directly() == Outcome::already_complete);
  CHECK(scene.sums().find(sha256_of_abc) == 0);
}

TEST_CASE("a checkpoint with a SHA256SUMS of its own keeps it, and --sha256 is refused") {
  OneFile scene;
  scene.add("SHA256SUMS", "theirs");
  scene.options.sha256 = true;
  const auto error = thrown([&] { scene.download_directly(); });
  CHECK(error.failure == Failure::usage);
  CHECK(error.message ==
        "checkpoint " + scene.checkpoint.id + " has a SHA256SUMS of its own, which --sha256 would replace");
  CHECK_FALSE(fs::exists(scene.target));
  scene.checkpoint.files.clear();  // nor where only the storage knows
  CHECK(thrown([&] { scene.download_directly(); }).failure == Failure::usage);
  CHECK_FALSE(fs::exists(scene.target));
  scene.options.sha256 = false;
  CHECK(scene.download_directly() == Outcome::downloaded);
  CHECK(scene.sums() == "theirs");
}

TEST_CASE("a rerun hashes nothing, and --verify hash finds what has changed and fetches that alone") {
  OneFile scene;
  scene.download_directly();
  scene.rot();
  CHECK(scene.download_directly() == Outcome::already_complete);
  CHECK(read_file(scene.target / "model.pt") == "abd");
  scene.progress = {};
  scene.options.verify = Verify::hash;
  CHECK(scene.download_directly() == Outcome::downloaded);
  CHECK(scene.progress.advanced_bytes == 3);
  CHECK(read_file(scene.target / "model.pt") == "abc");
  CHECK(scene.download_directly() == Outcome::already_complete);
}

TEST_CASE("--verify hash adds the digests that an earlier run left out") {
  OneFile scene;
  scene.options.verify = Verify::size;
  scene.download_directly();
  fs::remove_all(scene.storage());
  scene.options.verify = Verify::full;
  CHECK(scene.download_directly() == Outcome::already_complete);
  CHECK(scene.recorded(DigestKind::xxh3_128).empty());
  scene.options.verify = Verify::hash;
  CHECK(scene.download_directly() == Outcome::already_complete);
  CHECK(scene.recorded(DigestKind::xxh3_128) == xxh3_of_abc);
}

TEST_CASE("a receipt from before there were digests still makes a checkpoint complete") {
  OneFile scene;
  scene.download_directly();
  auto text = scene.receipt();
  for (auto at = text.find(",\n      \"xxh3_128\""); at != std::string::npos;
       at = text.find(",\n      \"xxh3_128\"")) {
    text.erase(at, text.find('\n', at + 2) - at);
  }
  REQUIRE(text.find("xxh3") == std::string::npos);
  write_file(scene.target / "det-receipt.json", text);
  fs::remove_all(scene.storage());
  CHECK(scene.download_directly() == Outcome::already_complete);
  CHECK(scene.receipt() == text);
}

TEST_CASE("without a sync, and from another file system, all arrives as well") {
  const auto other = fs::path("/dev/shm") / ("det-verify-test-" + std::to_string(getpid()));
  OneFile scene;
  scene.options.verify = GENERATE(Verify::size, Verify::full);
  scene.options.sync = false;
  const std::string large(std::size_t{40} << 20U, 'x');
  scene.add("large", large);
  fs::rename(scene.storage(), scene.root() / "moved");
  fs::copy(scene.root() / "moved", other, fs::copy_options::recursive);
  std::vector<std::unique_ptr<storage::Route>> routes;
  routes.push_back(storage::directory_route({other}, scene.checkpoint.id, scene.never));
  const auto outcome = scene.download_by(std::move(routes));
  fs::remove_all(other);
  CHECK(outcome == Outcome::downloaded);
  CHECK(read_file(scene.target / "large") == large);
}

}  // namespace
}  // namespace det::testing
