#include "sources/directory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include "model/error.hpp"
#include "sources/metadata_beside.hpp"
#include "storage/directory_route.hpp"
#include "storage/downloads.hpp"
#include "storage/paced_route.hpp"
#include "storage/prover.hpp"
#include "storage/receipt.hpp"
#include "storage/relative_path.hpp"
#include "storage/verification.hpp"

namespace det::sources {
namespace {

namespace fs = std::filesystem;

// What one receipt says, but for its files, of which there may be many.
struct Recorded {
  fs::path place;
  storage::Receipt receipt;
};

// Absolute, and ending in a name: "x/" and "x/." are "x".
fs::path settled(const fs::path& path) {
  std::error_code unreadable;
  auto whole = fs::weakly_canonical(path, unreadable);
  if (unreadable) whole = fs::absolute(path, unreadable).lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();
}

// On disk by stored_path(), and a copy of the directory takes it as it lies there.
std::vector<model::CheckpointFile> files_of(const storage::Receipt& receipt) {
  std::vector<model::CheckpointFile> files;
  files.reserve(receipt.files.size());
  for (const auto& file : receipt.files) files.push_back({storage::stored_path(file.path), file.size_bytes});
  return files;
}

// Of each file the one digest, of those in its receipt, by which a copy is compared: a download computes the
// first anyway. By the names of files_of().
storage::StatedDigests digests_of(const storage::Receipt& receipt) {
  using enum storage::DigestKind;
  storage::StatedDigests digests;
  for (const auto& file : receipt.files) {
    for (const auto kind : {xxh3_128, sha256, md5, crc32c}) {
      const auto* digest = storage::digest_in(file.proof, kind);
      if (digest != nullptr) digests.emplace(storage::stored_path(file.path), *digest);
    }
  }
  return digests;
}

model::Json measure(double value) {
  if (value != value) return "NaN";
  if (value - value != 0) return value > 0 ? "Infinity" : "-Infinity";
  return value;
}

std::string counted(std::size_t count, std::string_view one, std::string_view several) {
  return fmt::format("{} {}", count, count == 1 ? one : several);
}

class Directory final : public Source {
 public:
  Directory(fs::path path, const http::Cancellation& cancellation, std::function<void(std::string_view)> warn)
      : given_(std::move(path)),
        path_(settled(given_)),
        cancellation_(cancellation),
        warn_(std::move(warn)) {}

  std::string address() const override { return "dir:" + path_.string(); }

  model::Experiment experiment(const std::string& id) override {
    model::Experiment experiment;
    experiment.id = id;
    experiment.name = path_.filename().string();
    std::set<std::string> trials;
    for (const auto* one : of_experiment(id)) trials.insert(one->receipt.trial_id);
    experiment.trial_ids.assign(trials.begin(), trials.end());
    experiment.configuration = *configuration_;
    return experiment;
  }

  model::Trial trial(const std::string& id) override {
    model::Trial trial;
    trial.id = id;
    for (const auto* one : of_trial(id)) {
      trial.experiment_id = one->receipt.experiment_id;
      trial.total_batches = std::max(trial.total_batches, one->receipt.steps_completed.value_or(0));
    }
    return trial;
  }

  void trials(const std::string& experiment_id, const Sink<model::Trial>& sink) override {
    for (const auto& id : experiment(experiment_id).trial_ids) {
      if (!id.empty() && !sink(trial(id))) return;
    }
  }

  void checkpoints(const Query& query, const Sink<model::Checkpoint>& sink) override {
    for (const auto* one : query.scope == Scope::trial ? of_trial(query.id) : of_experiment(query.id)) {
      cancellation_.check();
      const auto checkpoint = read(*one);
      if (checkpoint && !sink(*checkpoint)) return;
    }
  }

  model::Checkpoint checkpoint(const std::string& id) override {
    const auto* one = find(id);
    auto found = one == nullptr ? std::nullopt : read(*one);
    if (found) return std::move(*found);
    throw Error(Failure::not_found,
                fmt::format("there is no checkpoint '{}' with a receipt in {}", id, given_.string()));
  }

  std::optional<fs::path> location(const model::Checkpoint& checkpoint) override {
    const auto* one = find(checkpoint.id);
    return one == nullptr ? std::nullopt : std::optional(one->place);
  }

  std::vector<std::unique_ptr<storage::Route>> routes(const model::Checkpoint& checkpoint,
                                                      const storage::RouteOptions& options) override {
    if (options.mode == storage::Mode::master) {
      throw Error(Failure::usage,
                  fmt::format("{} is a directory: there is no master to download through", given_.string()))
          .advising("--mode auto");
    }
    const auto place = location(checkpoint).value_or(path_ / checkpoint.id);
    auto route = storage::directory_route({place.parent_path()}, place.filename(), cancellation_,
                                          stated_at(place, checkpoint.id));
    std::vector<std::unique_ptr<storage::Route>> routes;
    routes.push_back(storage::paced_route(std::move(route), options.limits.bytes_a_second, cancellation_));
    return routes;
  }

  std::vector<std::unique_ptr<storage::FileReader>> readers(const model::Checkpoint& checkpoint) override {
    std::vector<std::unique_ptr<storage::FileReader>> readers;
    const auto place = location(checkpoint).value_or(path_ / checkpoint.id);
    readers.push_back(storage::directory_reader(place, cancellation_, stated_at(place, checkpoint.id)));
    return readers;
  }

 private:
  using Some = std::vector<const Recorded*>;

  const std::vector<Recorded>& all() {
    if (scanned_) return all_;
    const auto found = storage::find_downloads(path_);
    std::set<std::string> known;
    std::size_t broken = 0;
    std::size_t repeated = 0;
    for (const auto& place : found.directories) {
      cancellation_.check();
      auto receipt = storage::read_receipt(place);
      if (!receipt || receipt->checkpoint_id.empty()) {
        ++broken;
      } else if (!known.insert(receipt->checkpoint_id).second) {
        ++repeated;
      } else {
        receipt->files = {};
        all_.push_back({place, std::move(*receipt)});
      }
    }
    std::stable_sort(all_.begin(), all_.end(), [](const Recorded& one, const Recorded& other) {
      return one.receipt.steps_completed < other.receipt.steps_completed;
    });
    configuration_ = common_configuration();
    scanned_ = true;
    say_passed_over(broken, repeated);
    return all_;
  }

  void say_passed_over(std::size_t broken, std::size_t repeated) const {
    const auto in = " in " + given_.string();
    if (broken > 0) {
      warn_(counted(broken, "receipt", "receipts") + in + (broken == 1 ? " is" : " are") +
            " broken, and passed over");
    }
    if (repeated > 0) {
      warn_(counted(repeated, "checkpoint", "checkpoints") + in + (repeated == 1 ? " is" : " are") +
            " there twice: the first directory by name counts");
    }
  }

  // Its searcher metric is the one by which all were chosen that were chosen by any; none where they differ.
  std::shared_ptr<const model::ExperimentConfiguration> common_configuration() const {
    auto made = std::make_shared<model::ExperimentConfiguration>();
    auto& searcher = made->searcher;
    for (const auto& one : all_) {
      const auto& choice = one.receipt.choice;
      if (choice.metric.empty()) continue;
      if (searcher.metric.empty()) {
        searcher.metric = choice.metric;
        searcher.smaller_is_better = choice.smaller_is_better;
      } else if (choice.metric != searcher.metric || choice.smaller_is_better != searcher.smaller_is_better) {
        return std::make_shared<model::ExperimentConfiguration>();
      }
    }
    return made;
  }

  Some of_experiment(const std::string& id) {
    Some some;
    const bool whole = settled(id) == path_;
    for (const auto& one : all()) {
      if (whole || one.receipt.experiment_id == id) some.push_back(&one);
    }
    if (!whole && some.empty()) throw unknown("experiment", id);
    return some;
  }

  Some of_trial(const std::string& id) {
    Some some;
    for (const auto& one : all()) {
      if (one.receipt.trial_id == id) some.push_back(&one);
    }
    if (some.empty()) throw unknown("trial", id);
    return some;
  }

  Error unknown(std::string_view what, const std::string& id) const {
    return Error(Failure::not_found,
                 fmt::format("no receipt in {} is of {} '{}'", given_.string(), what, id));
  }

  const Recorded* find(const std::string& id) {
    const auto& some = all();
    const auto found = std::find_if(some.begin(), some.end(),
                                    [&](const Recorded& one) { return one.receipt.checkpoint_id == id; });
    return found == some.end() ? nullptr : &*found;
  }

  // Absent when it has gone, or become another, since the directory was looked through.
  static std::optional<storage::Receipt> receipt_at(const fs::path& place, const std::string& id) {
    auto receipt = storage::read_receipt(place);
    if (receipt && receipt->checkpoint_id != id) receipt.reset();
    return receipt;
  }

  static storage::StatedDigests stated_at(const fs::path& place, const std::string& id) {
    const auto receipt = receipt_at(place, id);
    return receipt ? digests_of(*receipt) : storage::StatedDigests();
  }

  std::optional<model::Checkpoint> read(const Recorded& one) const {
    const auto receipt = receipt_at(one.place, one.receipt.checkpoint_id);
    if (!receipt) return std::nullopt;
    model::Checkpoint checkpoint;
    checkpoint.id = receipt->checkpoint_id;
    checkpoint.experiment_id = receipt->experiment_id;
    checkpoint.trial_id = receipt->trial_id;
    checkpoint.state = model::CheckpointState::completed;
    checkpoint.state_word = "COMPLETED";
    checkpoint.files = files_of(*receipt);
    checkpoint.metadata = metadata_beside(one.place);
    checkpoint.steps_completed = receipt->steps_completed;
    checkpoint.configuration = configuration_;
    const auto& choice = receipt->choice;
    if (choice.metric.empty() || !choice.value) return checkpoint;
    checkpoint.validation_metrics["avgMetrics"][choice.metric] = measure(*choice.value);
    if (choice.metric == configuration_->searcher.metric) checkpoint.searcher_metric = choice.value;
    return checkpoint;
  }

  fs::path given_;
  fs::path path_;
  const http::Cancellation& cancellation_;
  std::function<void(std::string_view)> warn_;
  bool scanned_ = false;
  std::vector<Recorded> all_;
  std::shared_ptr<const model::ExperimentConfiguration> configuration_;  // set with all_
};

}  // namespace

std::unique_ptr<Source> directory(fs::path path, const http::Cancellation& cancellation,
                                  std::function<void(std::string_view)> warn) {
  return std::make_unique<Directory>(std::move(path), cancellation, std::move(warn));
}

}  // namespace det::sources
