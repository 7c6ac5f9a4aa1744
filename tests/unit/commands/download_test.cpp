#include "commands/download.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <utility>

#include "model/json.hpp"
#include "storage/directory_route.hpp"
#include "tests/support/fake_context.hpp"
#include "tests/support/fake_source.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"

namespace det::testing {
namespace {

namespace fs = std::filesystem;
using commands::Wanted;
using Names = std::vector<std::string>;

// Lets nobody on until two are there.
class Meeting {
 public:
  // False where nobody else came for long.
  bool wait() {
    std::unique_lock lock(mutex_);
    ++there_;
    news_.notify_all();
    return news_.wait_for(lock, std::chrono::seconds(60), [this] { return there_ >= 2; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable news_;
  int there_ = 0;
};

// Begins with a meeting.
class MeetingRoute final : public storage::Route {
 public:
  MeetingRoute(std::unique_ptr<storage::Route> route, Meeting& meeting)
      : route_(std::move(route)), meeting_(meeting) {}

  std::string description() const override { return route_->description(); }
  bool reachable() const override { return route_->reachable(); }
  void fetch(const model::Checkpoint& checkpoint, storage::Staging& staging,
             storage::Progress& progress) override {
    if (!meeting_.wait()) throw Error(Failure::local_disk, "no other checkpoint comes at the same time");
    route_->fetch(checkpoint, staging, progress);
  }

 private:
  std::unique_ptr<storage::Route> route_;
  Meeting& meeting_;
};

// Its checkpoints lie in a directory.
class StoredSource final : public sources::Source {
 public:
  StoredSource(fs::path storage, const http::Cancellation& cancellation)
      : storage_(std::move(storage)), cancellation_(cancellation) {}

  std::string address() const override { return "http://fake:8080"; }
  model::Experiment experiment(const std::string&) override { return {}; }
  model::Trial trial(const std::string&) override { return {}; }
  void trials(const std::string&, const sources::Sink<model::Trial>&) override {}
  void checkpoints(const sources::Query&, const sources::Sink<model::Checkpoint>&) override {}
  model::Checkpoint checkpoint(const std::string&) override { return {}; }
  std::optional<fs::path> location(const model::Checkpoint&) override { return std::nullopt; }
  std::vector<std::unique_ptr<storage::Route>> routes(const model::Checkpoint& checkpoint,
                                                      const storage::RouteOptions& options) override {
    asked = options;
    on_routes();
    std::vector<std::unique_ptr<storage::Route>> routes;
    routes.push_back(storage::directory_route({storage_}, checkpoint.id, cancellation_));
    if (meeting) routes.back() = std::make_unique<MeetingRoute>(std::move(routes.back()), *meeting);
    return routes;
  }
  std::vector<std::unique_ptr<storage::FileReader>> readers(const model::Checkpoint&) override { return {}; }

  storage::RouteOptions asked;
  std::function<void()> on_routes = [] {};
  std::optional<Meeting> meeting;

 private:
  fs::path storage_;
  const http::Cancellation& cancellation_;
};

// Two checkpoints, of which "best" is the better one, wanted below out().
struct TwoCheckpoints {
  TwoCheckpoints() {
    options.quiet = true;
    add("best", 1);
    add("second", 2);
  }

  void add(const std::string& id, int rank) {
    write_file(directory.path() / "storage" / id / "model.pt", "weights");
    write_file(directory.path() / "storage" / id / "metadata.json", "{}");
    auto checkpoint = checkpoint_with_loss(id, 0.5);
    checkpoint.files = {{"model.pt", 7}, {"metadata.json", 2}};
    wanted.push_back({checkpoint, out() / id, {"loss", true, 0.5, rank}});
  }

  fs::path out() const { return directory.path() / "out"; }
  void download() { commands::download(context, source, wanted, options); }

  TemporaryDirectory directory;
  FakeContext context;
  StoredSource source{directory.path() / "storage", context.cancellation()};
  commands::DownloadOptions options;
  std::vector<Wanted> wanted;
};

TEST_CASE("--link names the best of several") {
  TwoCheckpoints scene;
  scene.options.link = "latest";
  std::swap(scene.wanted[0], scene.wanted[1]);
  scene.download();
  CHECK(fs::read_symlink(scene.out() / "latest") == "best");
  scene.download();
  CHECK(fs::read_symlink(scene.out() / "latest") == "best");
}

TEST_CASE("--link names a single checkpoint, however it was chosen") {
  TwoCheckpoints scene;
  scene.options.link = "latest";
  scene.wanted = {scene.wanted[1]};
  scene.wanted[0].choice = {};
  scene.download();
  CHECK(fs::read_symlink(scene.out() / "latest") == "second");
}

TEST_CASE("--link is refused for several without a best, before anything is fetched") {
  TwoCheckpoints scene;
  scene.options.link = "latest";
  for (auto& one : scene.wanted) one.choice = {};
  const auto error = thrown([&] { scene.download(); });
  CHECK(error.failure == Failure::usage);
  CHECK(error.message == "--link needs one checkpoint, or several of which one is the best");
  CHECK_FALSE(fs::exists(scene.out()));
}

TEST_CASE("--link is refused for a name that is no link's, before anything is fetched") {
  TwoCheckpoints scene;
  scene.options.link = "../x";
  CHECK(thrown([&] { scene.download(); }).failure == Failure::usage);
  scene.options.link = "latest";
  write_file(scene.out() / "latest", "mine");
  CHECK(thrown([&] { scene.download(); }).failure == Failure::held);
  CHECK(tree(scene.out()) == Names{"latest"});
}

TEST_CASE("where the best fails, the link stays as it was") {
  TwoCheckpoints scene;
  scene.options.link = "latest";
  fs::create_directories(scene.out());
  fs::create_symlink("earlier", scene.out() / "latest");
  fs::remove_all(scene.directory.path() / "storage/best");
  CHECK(thrown([&] { scene.download(); }).failure == Failure::partial);
  CHECK(fs::read_symlink(scene.out() / "latest") == "earlier");
  CHECK(fs::exists(scene.out() / "second/model.pt"));
}

TEST_CASE("the flags of a line reach the download and the routes") {
  TwoCheckpoints scene;
  scene.options.include = {"*.pt"};
  scene.options.sha256 = true;
  scene.options.mode = "direct";
  scene.options.jobs = 3;
  scene.wanted.pop_back();
  scene.download();
  CHECK(tree(scene.out() / "best") == Names{"SHA256SUMS", "det-receipt.json", "model.pt"});
  CHECK(scene.source.asked.mode == storage::Mode::direct);
  CHECK(scene.source.asked.limits.connections == 3);
}

TEST_CASE("checkpoints come at the same time over a share of the connections, and are told in their order") {
  const auto [jobs, share] = GENERATE(table<int, int>({{9, 3}, {6, 2}, {5, 2}, {2, 1}}));
  TwoCheckpoints scene;
  scene.add("third", 3);
  scene.add("fourth", 4);
  scene.source.meeting.emplace();
  scene.options.jobs = jobs;
  scene.download();
  CHECK(scene.source.asked.limits.connections == share);
  std::string paths;
  for (const auto& one : scene.wanted) paths += one.target.string() + "\n";
  CHECK(scene.context.printed.str() == paths);
  for (const auto& one : scene.wanted) CHECK(read_file(one.target / "model.pt") == "weights");
}

TEST_CASE("where all of several fail, nothing is left behind") {
  TwoCheckpoints scene;
  scene.source.meeting.emplace();
  fs::remove_all(scene.directory.path() / "storage");
  CHECK(thrown([&] { scene.download(); }).failure == Failure::storage);
  CHECK_FALSE(fs::exists(scene.out()));
}

TEST_CASE("a rate, one connection and a target named twice let one checkpoint come after the other") {
  TwoCheckpoints scene;
  SECTION("a rate") {
    scene.options.bytes_a_second = 1000000;
  }
  SECTION("one connection") {
    scene.options.jobs = 1;
  }
  SECTION("the same twice") {
    scene.wanted[1] = scene.wanted[0];
  }
  int begun = 0;
  scene.source.on_routes = [&] {
    const auto& finished = scene.context.printed.str();
    CHECK(std::count(finished.begin(), finished.end(), '\n') == begun);
    ++begun;
  };
  scene.download();
  CHECK(begun == 2);
}

TEST_CASE("a dry run counts only what is wanted") {
  TwoCheckpoints scene;
  scene.options.dry_run = true;
  scene.options.include = {"*.json"};
  scene.context.options.json = true;
  scene.wanted = {scene.wanted[0]};
  scene.download();
  CHECK(scene.context.printed.str().find("\"files\": 1") != std::string::npos);
  CHECK(scene.context.printed.str().find("\"bytes\": 2") != std::string::npos);
  CHECK_FALSE(fs::exists(scene.out()));
}

TEST_CASE("what was downloaded counts only what is wanted, as its dry run does") {
  TwoCheckpoints scene;
  scene.options.include = {"*.json"};
  scene.context.options.json = true;
  scene.wanted = {scene.wanted[0]};
  for (const std::string outcome : {"downloaded", "already complete"}) {
    scene.context.printed.str("");
    scene.download();
    const auto told = model::Json::parse(scene.context.printed.str()).at(0);
    CHECK(told["outcome"] == outcome);
    CHECK(told["files"] == 1);
    CHECK(told["bytes"] == 2);
  }
}

TEST_CASE("a dry run downloads nothing when one of those that were named is not known either") {
  TwoCheckpoints scene;
  scene.options.dry_run = true;
  const std::vector<commands::Lost> lost{
      {"gone", Error(Failure::not_found, "checkpoint gone does not exist")}};
  const auto error =
      thrown([&] { commands::download(scene.context, scene.source, scene.wanted, scene.options, lost); });
  CHECK(error.failure == Failure::partial);
  CHECK(error.message == "1 of 3 checkpoints failed to download");
  CHECK(scene.context.told.str() == "det: checkpoint gone does not exist\n");
  CHECK(scene.context.printed.str().find("second") != std::string::npos);
  CHECK_FALSE(fs::exists(scene.out()));
}

TEST_CASE("a link that cannot be set fails its checkpoint, which is told once") {
  TwoCheckpoints scene;
  scene.options.link = "latest";
  scene.context.options.json = true;
  scene.source.on_routes = [&] { write_file(scene.out() / "latest", "in the way"); };
  CHECK(thrown([&] { scene.download(); }).failure == Failure::partial);
  const auto told = model::Json::parse(scene.context.printed.str());
  CHECK(told.size() == 2);
  CHECK(told[0]["outcome"] == "failed");
}

TEST_CASE("a variable that makes no sense is told once, before anything is fetched") {
  TwoCheckpoints scene;
  scene.context.variables = {{"DET_JOBS", "x"}};
  const auto error = thrown([&] { scene.download(); });
  CHECK(error.failure == Failure::usage);
  CHECK(error.message == "DET_JOBS: it takes a whole number from 1 to 256, not 'x'");
  CHECK_FALSE(fs::exists(scene.out()));
}

}  // namespace
}  // namespace det::testing
