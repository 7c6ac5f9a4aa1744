#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <fstream>

#include "storage/directory_route.hpp"
#include "storage/transfer/incoming_file.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/storage/scene.hpp"
#include "tests/unit/storage/small_disk.hpp"
#include "tests/unit/storage/tar_writer.hpp"

namespace det::testing {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;
using storage::Outcome;

constexpr std::size_t file_bytes = std::size_t{1} << 18U;
constexpr int file_count = 20;

// A checkpoint of files that take more than one step to copy.
struct ManyFiles : Scene {
  ManyFiles() {
    for (int i = 0; i < file_count; ++i) {
      add("shard-" + std::to_string(i) + ".pt", std::string(file_bytes, static_cast<char>('a' + i)));
    }
    list("logs/");
  }

  void require_whole() const {
    for (int i = 0; i < file_count; ++i) {
      REQUIRE(read_file(target / ("shard-" + std::to_string(i) + ".pt")) ==
              std::string(file_bytes, static_cast<char>('a' + i)));
    }
    CHECK(tree(target).size() == file_count + 3);  // logs/, metadata.json and the receipt
  }
};

// A process of its own that downloads until `bytes` have come, and then stands still.
class HeldDownload {
 public:
  template <typename Download>
  HeldDownload(Scene& scene, std::uint64_t bytes, const Download& download) {
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    child_ = fork();
    if (child_ == 0) {
      scene.progress.on_advance = [&scene, bytes, &ends] {
        if (scene.progress.advanced_bytes < bytes) return;
        [[maybe_unused]] const auto told = write(ends[1], "x", 1);
        for (;;) pause();
      };
      download();
      _exit(0);
    }
    close(ends[1]);
    char told = 0;
    const auto got = read(ends[0], &told, 1);
    close(ends[0]);
    REQUIRE(got == 1);
  }
  ~HeldDownload() { kill(); }
  HeldDownload(const HeldDownload&) = delete;
  HeldDownload& operator=(const HeldDownload&) = delete;

  pid_t process() const { return child_; }

  void kill() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
    child_ = 0;
  }

 private:
  pid_t child_ = 0;
};

std::uint64_t staged_bytes(const Scene& scene) {
  std::uint64_t bytes = 0;
  std::error_code none;
  for (const auto& entry : fs::recursive_directory_iterator(scene.target.parent_path(), none)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return bytes;
}

TEST_CASE("a direct download that is killed leaves nothing under the final name, and goes on where it was") {
  const int percent = GENERATE(1, 10, 50, 99, 100);
  ManyFiles scene;
  const auto total = std::uint64_t{file_bytes} * file_count;
  const auto reached = total * static_cast<unsigned>(percent) / 100;
  HeldDownload(scene, reached, [&] { scene.download_directly(); }).kill();
  CHECK_FALSE(fs::exists(scene.target));
  CHECK(staged_bytes(scene) > 0);
  CHECK(scene.download_directly() == Outcome::downloaded);
  scene.require_whole();
  // Not fetched again: all that was complete, but for what a batch of the journal holds.
  CHECK(scene.progress.advanced_bytes <= total - reached + 5 * file_bytes);
  CHECK(tree(scene.root() / "downloads").front() == "best/");
  CHECK(tree(scene.root() / "downloads").size() == file_count + 4);
}

TEST_CASE("a killed download of an archive leaves nothing, and the next one converges") {
  ManyFiles scene;
  std::string tar;
  for (const auto& file : scene.checkpoint.files) {
    if (file.size_bytes > 0) tar += member({file.path, read_file(scene.stored() / file.path)});
  }
  tar += tar_end();
  HeldDownload(scene, file_bytes * 15, [&] { scene.download_tar(tar, 65536); }).kill();
  CHECK_FALSE(fs::exists(scene.target));
  CHECK(scene.download_tar(tar, 65536) == Outcome::downloaded);
  scene.require_whole();
  CHECK(tree(scene.root() / "downloads").size() == file_count + 4);
}

TEST_CASE("a kill while entries are moved into the current directory costs nothing") {
  ManyFiles scene;
  fs::create_directories(scene.target);
  const auto before = fs::current_path();
  fs::current_path(scene.target);
  HeldDownload(scene, file_bytes * 15, [&] { scene.download_directly(); }).kill();
  CHECK(tree(scene.target).front() == ".det-partial/");
  // As if the kill had come between the moves.
  fs::rename(".det-partial/files/shard-0.pt", "shard-0.pt");
  fs::rename(".det-partial/files/shard-1.pt", "shard-1.pt");
  const auto outcome = scene.download_directly();
  fs::current_path(before);
  CHECK(outcome == Outcome::downloaded);
  scene.require_whole();
  CHECK(scene.progress.advanced_bytes <= file_bytes * 14);
}

TEST_CASE("what another checkpoint left in the staging directory is not taken over") {
  ManyFiles scene;
  HeldDownload(scene, file_bytes * 15, [&] { scene.download_directly(); }).kill();
  const auto stored = scene.stored();
  scene.checkpoint.id = "b0000000";
  fs::rename(stored, scene.stored());
  for (const auto& file : scene.checkpoint.files) {
    if (file.size_bytes > 0) write_file(scene.stored() / file.path, std::string(file_bytes, 'B'));
  }
  CHECK(scene.download_directly() == Outcome::downloaded);
  CHECK(scene.progress.advanced_bytes == std::uint64_t{file_bytes} * file_count);
  CHECK(read_file(scene.target / "shard-0.pt") == std::string(file_bytes, 'B'));
}

TEST_CASE("a staged file that was changed after the kill is fetched again") {
  ManyFiles scene;
  HeldDownload(scene, file_bytes * 15, [&] { scene.download_directly(); }).kill();
  const auto staging = scene.target.parent_path() / ".best.det-partial";
  fs::resize_file(staging / "files/shard-0.pt", 5);
  fs::remove(staging / "files/shard-1.pt");
  fs::create_symlink("/etc/passwd", staging / "files/shard-1.pt");
  write_file(staging / "files/strange", "x");
  CHECK(scene.download_directly() == Outcome::downloaded);
  scene.require_whole();
}

TEST_CASE("a second process for the same target is told who holds it") {
  ManyFiles scene;
  HeldDownload first(scene, file_bytes, [&] { scene.download_directly(); });
  const auto error = thrown([&] { scene.download_directly(); });
  CHECK(error.failure == Failure::held);
  const auto expected = (scene.target.parent_path() / ".best.det-partial").native() +
                        " is in use by process " + std::to_string(first.process()) + " on ";
  CHECK(error.message.substr(0, expected.size()) == expected);
  first.kill();
  CHECK(scene.download_directly() == Outcome::downloaded);
  scene.require_whole();
}

TEST_CASE("a lock of another host holds while its heart beats, and not after") {
  ManyFiles scene;
  const auto lock = scene.target.parent_path() / ".best.det-partial/lock";
  write_file(lock, "elsewhere.example 77 2026-11-21T02:00:00Z\n");
  const auto error = thrown([&] { scene.download_directly(); });
  CHECK(error.failure == Failure::held);
  CHECK(error.message == lock.parent_path().native() +
                             " is in use by process 77 on elsewhere.example, started 2026-11-21T02:00:00Z");
  fs::last_write_time(lock, fs::file_time_type::clock::now() - std::chrono::minutes(6));
  CHECK(scene.download_directly() == Outcome::downloaded);
}

TEST_CASE("a lock's heart beats whatever its owner does") {
  const TemporaryDirectory place;
  const storage::TargetLock lock(place.path() / "staging", std::chrono::milliseconds(1));
  const auto file = place.path() / "staging/lock";
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(1);
  fs::last_write_time(file, long_ago);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (fs::last_write_time(file) == long_ago && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  CHECK(fs::last_write_time(file) > long_ago);
}

// Stops the work when asked for the n-th time.
class StopsAfter final : public http::Cancellation {
 public:
  explicit StopsAfter(int checks) : left_(checks) {}
  void check() const override {
    if (left_-- == 0) throw Error(Failure::interrupted, "interrupted");
  }
  int wake_descriptor() const override { return -1; }
  std::optional<std::chrono::milliseconds> remaining() const override { return std::nullopt; }

 private:
  mutable int left_;
};

TEST_CASE("an interrupt keeps what is complete, and asks for no other route") {
  ManyFiles scene;
  const StopsAfter stops(25);
  std::vector<std::unique_ptr<storage::Route>> routes;
  routes.push_back(storage::directory_route({scene.storage()}, scene.checkpoint.id, stops));
  routes.push_back(scene.tar_route(""));
  CHECK(thrown([&] { scene.download_by(std::move(routes)); }).failure == Failure::interrupted);
  CHECK_FALSE(fs::exists(scene.target));
  const auto first_run = scene.progress.advanced_bytes;
  CHECK(scene.download_directly() == Outcome::downloaded);
  scene.require_whole();
  CHECK(scene.progress.advanced_bytes == std::uint64_t{file_bytes} * file_count);
  CHECK(first_run > file_bytes);
}

TEST_CASE("an interrupt before anything is complete leaves nothing") {
  ManyFiles scene;
  const StopsAfter stops(1);
  std::vector<std::unique_ptr<storage::Route>> routes;
  routes.push_back(storage::directory_route({scene.storage()}, scene.checkpoint.id, stops));
  CHECK(thrown([&] { scene.download_by(std::move(routes)); }).failure == Failure::interrupted);
  CHECK(tree(scene.root() / "downloads").empty());
  CHECK_FALSE(fs::exists(scene.root() / "downloads"));
}

TEST_CASE("a disk that is too small is refused before the first byte") {
  ManyFiles scene;
  const auto place = scene.root() / "small";
  fs::create_directories(place);
  const SmallDisk disk(place, 1 << 20U);
  if (!disk.mounted()) return;
  scene.target = place / "best";
  const auto error = thrown([&] { scene.download_directly(); });
  CHECK(error.failure == Failure::local_disk);
  const auto expected = "the disk is too full: 5242880 bytes are needed in " +
                        (place / ".best.det-partial/files").native() + " and ";
  CHECK(error.cause.substr(0, expected.size()) == expected);
  CHECK(scene.progress.advanced_bytes == 0);
  CHECK(tree(place).empty());
}

TEST_CASE("a size that no disk can hold is refused before the first byte") {
  Scene scene;
  scene.list("a", ~std::uint64_t{0});
  scene.list("b", 2);
  const auto error = thrown([&] { scene.download_tar(member({"a", ""}) + tar_end()); });
  CHECK(error.failure == Failure::local_disk);
  CHECK(error.cause.substr(0, 53) == "the disk is too full: 18446744073709551615 bytes are ");
  CHECK(tree(scene.root() / "downloads").empty());
}

TEST_CASE("a disk that fills up meanwhile is told, and the download goes on when there is space") {
  ManyFiles scene;
  const auto place = scene.root() / "small";
  fs::create_directories(place);
  const SmallDisk disk(place, 6 << 20U);
  if (!disk.mounted()) return;
  scene.target = place / "best";
  const bool through_master = GENERATE(false, true);
  scene.progress.on_advance = [&] {
    if (fs::exists(place / "filler")) return;
    std::ofstream filler(place / "filler", std::ios::binary);
    filler << std::string(5 << 20U, 'x');
  };
  std::string tar;
  for (const auto& file : scene.checkpoint.files) {
    if (file.size_bytes > 0) tar += member({file.path, read_file(scene.stored() / file.path)});
  }
  const auto download = [&] {
    return through_master ? scene.download_tar(tar + tar_end(), 65536) : scene.download_directly();
  };
  const auto error = thrown(download);
  CHECK(error.failure == Failure::local_disk);
  CHECK(error.cause == "the disk is full");
  CHECK_FALSE(fs::exists(scene.target));
  fs::resize_file(place / "filler", 0);
  CHECK(download() == Outcome::downloaded);
  scene.require_whole();
}

// Two threads' parts of one file, for which there is no room any more.
class TwoPartsRoute final : public storage::Route {
 public:
  explicit TwoPartsRoute(fs::path filler) : filler_(std::move(filler)) {}
  std::string description() const override { return "storage s3://bucket"; }
  bool reachable() const override { return true; }
  void fetch(const model::Checkpoint&, storage::Staging& staging, storage::Progress&) override {
    const auto& file = staging.list().files().front();
    std::ofstream(filler_, std::ios::binary) << std::string(3 << 20U, 'x');
    const storage::Wanted wanted{.path = file.path, .object = file.path, .size_bytes = file.size_bytes};
    storage::IncomingFile incoming(wanted, staging);
    const auto first = thrown([&] { incoming.write("x", 0); });
    CHECK(first.failure == Failure::local_disk);
    CHECK(thrown([&] { incoming.write("x", 1); }).message == first.message);
    throw Error(first);
  }

 private:
  fs::path filler_;
};

TEST_CASE("of a file that could not be made, every part says why") {
  Scene scene;
  scene.list("model.bin", 3 << 20U);
  const auto place = scene.root() / "small";
  fs::create_directories(place);
  const SmallDisk disk(place, 5 << 20U);
  if (!disk.mounted()) return;
  scene.target = place / "best";
  std::vector<std::unique_ptr<storage::Route>> routes;
  routes.push_back(std::make_unique<TwoPartsRoute>(place / "filler"));
  CHECK(thrown([&] { scene.download_by(std::move(routes)); }).cause == "the disk is full");
}

TEST_CASE("a limit on file sizes is told as one of the local disk") {
  ManyFiles scene;
  signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{1 << 16U, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const auto error = thrown([&] { scene.download_directly(); });
  setrlimit(RLIMIT_FSIZE, &before);
  CHECK(error.failure == Failure::local_disk);
  CHECK(error.cause == "the file is larger than the file system or the limit on file sizes allows");
  CHECK_FALSE(fs::exists(scene.target));
}

TEST_CASE("running out of descriptors is told as such, and nothing stays") {
  ManyFiles scene;
  const int used = dup(0);
  close(used);
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  for (int more = 0; more < 64; ++more) {  // descriptors that were inherited may lie in between
    const rlimit few{static_cast<rlim_t>(used + more), before.rlim_max};
    setrlimit(RLIMIT_NOFILE, &few);
    std::optional<Error> error;
    try {
      scene.download_directly();
    } catch (const Error& met) {
      error = met;
    }
    setrlimit(RLIMIT_NOFILE, &before);
    if (!error) break;
    CHECK(error->failure == Failure::local_disk);
    CHECK(error->cause == "too many open files");
    CHECK_FALSE(fs::exists(scene.target));
  }
  scene.require_whole();
}

}  // namespace
}  // namespace det::testing
