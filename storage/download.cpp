#include "storage/download.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#include "model/error.hpp"
#include "storage/metadata_file.hpp"
#include "storage/publish.hpp"
#include "storage/relative_path.hpp"
#include "storage/staging.hpp"
#include "storage/target_contents.hpp"

namespace det::storage {
namespace {

void require_downloadable(const model::Checkpoint& checkpoint) {
  using model::CheckpointState;
  if (checkpoint.state == CheckpointState::completed ||
      checkpoint.state == CheckpointState::partially_deleted)
    return;
  if (checkpoint.state == CheckpointState::deleted) {
    throw Error(Failure::not_found,
                fmt::format("checkpoint {} is DELETED: its files are gone", printable(checkpoint.id)));
  }
  throw Error(Failure::nothing_selected,
              fmt::format("only COMPLETED or PARTIALLY_DELETED checkpoints can be downloaded; the state of "
                          "checkpoint {} is {}",
                          printable(checkpoint.id), printable(checkpoint.state_word)));
}

std::string rfc3339(model::Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

// Tells Progress of the end of one attempt, however it ends.
class Attempt {
 public:
  Attempt(Progress& progress, const std::string& checkpoint_id, const Staging& staging)
      : progress_(progress) {
    std::size_t files = 0;
    std::uint64_t bytes = 0;
    for (const auto& file : staging.list().files()) {
      if (!staging.needs(file.path)) continue;
      ++files;
      bytes = saturating_sum(bytes, file.size_bytes);
    }
    progress_.started(checkpoint_id, files, bytes);
  }
  ~Attempt() { progress_.finished(); }
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;

 private:
  Progress& progress_;
};

bool anything_missing(const Staging& staging) {
  const auto& files = staging.list().files();
  return !staging.list().known() ||
         std::any_of(files.begin(), files.end(), [&](const auto& file) { return staging.needs(file.path); });
}

// Whether another way to the bytes may succeed where this one failed: not when the cause lies on this machine
// or with the user.
bool other_routes_may_help(Failure failure) {
  switch (failure) {
    case Failure::storage:
    case Failure::integrity:
    case Failure::unreachable:
    case Failure::not_found:
    case Failure::permission:
    case Failure::master:
      return true;
    default:
      return false;
  }
}

bool is_a_wish_to_stop(Failure failure) {
  return failure == Failure::interrupted || failure == Failure::terminated || failure == Failure::timed_out;
}

// The failure of the last way, in the words of all.
Error every_route_failed(const std::vector<std::string>& causes, const Error& last) {
  auto summary = last;
  summary.message = fmt::format("{}", fmt::join(causes, "; "));
  return summary;
}

// The description of the routes that brought what was missing.
std::string fetch(const model::Checkpoint& checkpoint, const std::vector<std::unique_ptr<Route>>& routes,
                  Staging& staging, Progress& progress) {
  std::vector<std::string> causes;
  std::string earlier;  // routes that brought a part
  for (const auto& route : routes) {
    std::optional<Attempt> attempt;
    if (route->reachable()) attempt.emplace(progress, checkpoint.id, staging);
    // A route's failure is only this route's: the next may succeed.
    try {
      route->fetch(checkpoint, staging, progress);
      return earlier + route->description();
    } catch (const Error& error) {
      if (is_a_wish_to_stop(error.failure)) throw;
      causes.push_back(fmt::format("by {}: {}", route->description(), error.message));
      const bool last = route == routes.back();
      // Bytes that contradict the list will do so again: nothing of them is worth resuming.
      if (last && error.failure == Failure::integrity) staging.discard();
      if (last || !other_routes_may_help(error.failure)) throw every_route_failed(causes, error);
      const auto before = staging.finished().size();
      staging.drop_unsound();
      if (before > 0 && !staging.finished().empty()) earlier += route->description() + ", then ";
      progress.gave_up(causes.back());
    }
  }
  throw Error(Failure::storage,
              fmt::format("there is no way to the files of checkpoint {}", printable(checkpoint.id)));
}

// All files of the checkpoint as they lie on disk now, here or at the target, each of its proper size.
std::vector<ReceiptFile> verified_files(const Staging& staging) {
  const Descriptor target(
      open(staging.place().target.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  std::vector<std::pair<std::string, std::uint64_t>> expected;
  for (const auto& file : staging.list().files()) expected.emplace_back(file.path, file.size_bytes);
  if (!staging.list().known()) {
    expected.assign(staging.finished().begin(), staging.finished().end());
    std::sort(expected.begin(), expected.end());
  }
  std::vector<ReceiptFile> files;
  for (const auto& [path, size] : expected) {
    const auto stored = stored_path(path);
    auto file =
        staging.at_target(path) ? file_at(target.number(), stored) : own_file_at(staging.files(), stored);
    if (!file || file->size_bytes != size) {
      throw Error(Failure::integrity,
                  fmt::format("\"{}\" did not arrive with its {} bytes", printable(path), size));
    }
    file->path = path;
    files.push_back(std::move(*file));
  }
  return files;
}

// Stages metadata.json where neither the checkpoint nor the target has one.
MetadataOrigin provide_metadata(const model::Checkpoint& checkpoint, const TargetContents& contents,
                                const std::vector<ReceiptFile>& files, Staging& staging) {
  std::vector<model::CheckpointFile> listed;
  listed.reserve(files.size());
  for (const auto& file : files) listed.push_back({file.path, file.size_bytes});
  if (!needs_metadata_file(staging.list().known() ? staging.list() : FileList(listed))) {
    return MetadataOrigin::checkpoint;
  }
  if (contents.metadata_found) return MetadataOrigin::found;
  const auto text = metadata_text(checkpoint.metadata);
  auto file = staging.create(metadata_name, text.size());
  file.write(text);
  file.finish(Resumable::after_the_stream);
  return MetadataOrigin::written;
}

std::optional<ReceiptFile> metadata_file(MetadataOrigin origin, const TargetContents& contents,
                                         const Staging& staging) {
  if (origin == MetadataOrigin::written) return own_file_at(staging.files(), metadata_name);
  return contents.receipt ? contents.receipt->metadata_file : std::nullopt;
}

Receipt receipt_for(const DownloadOrder& order, std::string route) {
  const auto& checkpoint = order.checkpoint;
  Receipt receipt;
  receipt.source_address = order.source_address;
  receipt.experiment_id = checkpoint.experiment_id;
  receipt.trial_id = checkpoint.trial_id;
  receipt.checkpoint_id = checkpoint.id;
  receipt.steps_completed = checkpoint.steps_completed;
  receipt.choice = order.choice;
  receipt.route = std::move(route);
  const auto now = std::chrono::system_clock::now();
  receipt.downloaded_at = rfc3339(order.at.value_or(std::chrono::floor<std::chrono::microseconds>(now)));
  return receipt;
}

// How the files came that this run did not bring.
std::string earlier_route(const TargetContents& contents) {
  return contents.receipt ? contents.receipt->route : "found in place";
}

}  // namespace

Outcome download(const DownloadOrder& order, const std::vector<std::unique_ptr<Route>>& routes,
                 Progress& progress, const http::Cancellation& cancellation) {
  const auto& checkpoint = order.checkpoint;
  require_downloadable(checkpoint);
  cancellation.check();
  const FileList list(checkpoint.files);
  const auto place = place_for(order.target);
  std::error_code unknown;
  const bool begun = std::filesystem::exists(std::filesystem::symlink_status(place.staging, unknown));
  if (!begun && contents_of(place, list, checkpoint.id, {}).complete) return Outcome::already_complete;

  require_writable(place);
  Staging staging(place, list, checkpoint.id);
  // Again, now that nobody else changes it.
  const auto contents = contents_of(place, list, checkpoint.id, staging.earlier());
  if (contents.complete) {
    staging.discard();
    return Outcome::already_complete;
  }
  for (const auto& path : contents.present) staging.set_at_target(path);
  for (const auto& folder : list.folders()) staging.make_folder(folder);
  const bool missing = anything_missing(staging);
  const bool resumed = !staging.finished().empty();
  auto receipt =
      receipt_for(order, missing ? fetch(checkpoint, routes, staging, progress) : earlier_route(contents));
  receipt.files = verified_files(staging);
  receipt.metadata_origin = provide_metadata(checkpoint, contents, receipt.files, staging);
  receipt.metadata_file = metadata_file(receipt.metadata_origin, contents, staging);
  publish(staging, to_text(receipt));
  staging.discard();
  return missing || resumed ? Outcome::downloaded : Outcome::already_complete;
}

}  // namespace det::storage
