#include "tests/unit/storage/scene.hpp"

#include <algorithm>
#include <utility>

#include "model/error.hpp"
#include "storage/directory_route.hpp"

namespace det::testing {

void CountedProgress::started(const std::string& checkpoint_id, std::size_t files, std::uint64_t bytes) {
  events.push_back("started " + checkpoint_id + ' ' + std::to_string(files) + ' ' + std::to_string(bytes));
}

void CountedProgress::advanced(std::uint64_t bytes) {
  advanced_bytes += bytes;
  on_advance();
}

void CountedProgress::finished() {
  events.emplace_back("finished");
}

std::string_view PiecedResponse::next() {
  const auto piece = std::string_view(body_).substr(position_, piece_size_);
  position_ += piece.size();
  if (piece.empty() && broken_by) throw *broken_by;
  return piece;
}

Scene::Scene() {
  checkpoint.id = "a0000005-0000-4000-8000-000000000005";
  checkpoint.experiment_id = "5";
  checkpoint.trial_id = "6";
  checkpoint.state = model::CheckpointState::completed;
  checkpoint.state_word = "COMPLETED";
  checkpoint.steps_completed = 500;
  target = directory_ / "downloads/best";
  std::filesystem::create_directories(stored());
}

void Scene::add(const std::string& path, const std::string& contents) {
  write_file(stored() / path, contents);
  list(path, contents.size());
}

void Scene::list(const std::string& path, std::uint64_t size_bytes) {
  checkpoint.files.push_back({path, size_bytes});
}

storage::DownloadOrder Scene::order() const {
  return {.checkpoint = checkpoint,
          .target = target,
          .source_address = "http://master:8080",
          .choice = {"loss", true, 0.25, 1},
          .options = options,
          .at = model::Time(std::chrono::hours(24))};
}

std::unique_ptr<storage::Route> Scene::direct_route() const {
  return storage::directory_route({storage()}, checkpoint.id, never);
}

std::unique_ptr<storage::Route> Scene::tar_route(const std::string& tar, std::size_t piece_size) const {
  return storage::archive_route(
      "master http://master:8080",
      [=](storage::ArchiveKind) { return std::make_unique<PiecedResponse>(tar, piece_size); }, never);
}

storage::Outcome Scene::download_directly() {
  std::vector<std::unique_ptr<storage::Route>> routes;
  routes.push_back(direct_route());
  return download_by(std::move(routes));
}

storage::Outcome Scene::download_tar(const std::string& tar, std::size_t piece_size) {
  std::vector<std::unique_ptr<storage::Route>> routes;
  routes.push_back(tar_route(tar, piece_size));
  return download_by(std::move(routes));
}

storage::Outcome Scene::download_gzip(const std::string& bytes, std::size_t piece_size) {
  std::vector<std::unique_ptr<storage::Route>> routes;
  routes.push_back(storage::archive_route(
      "master http://master:8080",
      [=](storage::ArchiveKind kind) {
        if (kind == storage::ArchiveKind::tar)
          throw Error(Failure::master, "unsupported media type").with_status(415);
        return std::make_unique<PiecedResponse>(bytes, piece_size);
      },
      never));
  return download_by(std::move(routes));
}

storage::Outcome Scene::download_by(std::vector<std::unique_ptr<storage::Route>> routes) {
  return storage::download(order(), routes, progress, never);
}

}  // namespace det::testing
