#include "storage/download.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <system_error>
#include <utility>

#include "model/error.hpp"
#include "storage/arrival.hpp"
#include "storage/file_selection.hpp"
#include "storage/publish.hpp"
#include "storage/recheck.hpp"
#include "storage/relative_path.hpp"
#include "storage/sha256sums.hpp"
#include "storage/shown.hpp"
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

// Shows one attempt, as far as the list says what is still to come.
void show(std::optional<Shown>& attempt, Progress& progress, const std::string& checkpoint_id,
          const Staging& staging) {
  std::size_t files = 0;
  std::uint64_t bytes = 0;
  for (const auto& file : staging.list().files()) {
    if (!staging.needs(file.path)) continue;
    ++files;
    bytes = saturating_sum(bytes, file.size_bytes);
  }
  attempt.emplace(progress, checkpoint_id, files, bytes);
}

bool anything_missing(const Staging& staging, const TargetContents& found) {
  if (!staging.list().known()) return !found.all_present;
  const auto& files = staging.list().files();
  return std::any_of(files.begin(), files.end(), [&](const auto& file) { return staging.needs(file.path); });
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
    std::optional<Shown> attempt;
    if (route->reachable()) show(attempt, progress, checkpoint.id, staging);
    // A route's failure is only this route's: the next may succeed.
    try {
      route->fetch(checkpoint, staging, progress);
      return earlier + route->description();
    } catch (const Error& error) {
      if (ends_the_command(error.failure)) throw;
      causes.push_back(fmt::format("by {}: {}", route->description(), error.message));
      const bool last = route == routes.back();
      // Bytes that contradict the list will do so again: nothing of them is worth resuming.
      if (last && error.failure == Failure::integrity) staging.discard();
      if (last || !another_way_may_help(error.failure)) throw every_route_failed(causes, error);
      const auto before = staging.finished().size();
      staging.drop_unsound();
      if (before > 0 && !staging.finished().empty()) earlier += route->description() + ", then ";
      progress.gave_up(causes.back());
    }
  }
  throw Error(Failure::storage,
              fmt::format("there is no way to the files of checkpoint {}", printable(checkpoint.id)));
}

// The folders that the list names, empty ones too.
void make_listed_folders(Staging& staging) {
  for (const auto& folder : staging.list().folders()) {
    if (is_wanted(folder, staging.options())) staging.make_folder(folder);
  }
}

void require_any_wanted(const DownloadOrder& order, const FileList& list) {
  if (!list.known() || !wanted_of(order.checkpoint.files, order.options).empty()) return;
  throw Error(Failure::nothing_selected,
              fmt::format("no file of checkpoint {} is left by --include and --exclude",
                          printable(order.checkpoint.id)));
}

void require_place_for_sums(const Place& place, const TargetContents& contents,
                            const TransferOptions& options) {
  if (contents.sums != Sums::foreign || options.force || !wants_sums(contents, options)) return;
  throw Error(Failure::held, fmt::format("{} holds something else: its {} was not written by det",
                                         printable(place.target.native()), sums_name))
      .advising("the same command with --force");
}

bool is_begun(const Place& place) {
  std::error_code unknown;
  return std::filesystem::exists(std::filesystem::symlink_status(place.staging, unknown));
}

using Routes = std::vector<std::unique_ptr<Route>>;

// Of the first source that says anything; one that cannot be asked says nothing.
StatedDigests stated_by(const Routes& routes, const model::Checkpoint& checkpoint) {
  for (const auto& route : routes) {
    try {
      auto stated = route->stated(checkpoint);
      if (!stated.empty()) return stated;
    } catch (const Error& error) {
      if (ends_the_command(error.failure)) throw;
    }
  }
  return {};
}

// The contents of the target after its bytes were read as far as the options want it: what lies there without
// a receipt is compared with the digests that its source states.
TargetContents examined(TargetContents contents, const Place& place, const TransferOptions& options,
                        const std::function<StatedDigests()>& stated, Prover& prover) {
  if (options.verify == Verify::hash) rehash(place, options, prover, contents);
  const bool wants_digests =
      options.verify == Verify::hash || (options.verify == Verify::full && !contents.receipt);
  const bool is_checked = std::all_of(contents.present.begin(), contents.present.end(),
                                      [](const auto& file) { return file.proof.checked.has_value(); });
  if (wants_digests && !is_checked) compare(place, options, stated(), prover, contents);
  return contents;
}

// How the files came that this run did not bring.
std::string earlier_route(const TargetContents& contents) {
  return contents.receipt ? contents.receipt->route : "found in place";
}

}  // namespace

Outcome download(const DownloadOrder& order, const Routes& routes, Progress& progress,
                 const http::Cancellation& cancellation) {
  const auto& checkpoint = order.checkpoint;
  require_downloadable(checkpoint);
  cancellation.check();
  const FileList list(checkpoint.files);
  require_any_wanted(order, list);
  require_no_sums(list, order.options, checkpoint.id);
  const Expected expected{list, checkpoint.id, order.options};
  const auto place = place_for(order.target);
  Prover prover(cancellation);
  const auto stated = [&] { return stated_by(routes, checkpoint); };
  const auto look = [&](TargetContents contents) {
    return examined(std::move(contents), place, order.options, stated, prover);
  };
  if (!is_begun(place)) {
    auto contents = contents_of(place, expected, {});
    if (contents.complete && look(std::move(contents)).complete) return Outcome::already_complete;
  }

  require_writable(place);
  Staging staging(place, list, checkpoint.id, order.options);
  recheck(staging, prover, checkpoint.id, progress);
  // Again, now that nobody else changes it.
  auto found = look(contents_of(place, expected, staging.earlier()));
  if (found.complete) {
    staging.discard();
    return Outcome::already_complete;
  }
  require_place_for_sums(place, found, order.options);
  for (const auto& file : found.present) staging.set_at_target(file.path);
  make_listed_folders(staging);
  const bool missing = anything_missing(staging, found);
  const bool resumed = !staging.finished().empty();
  auto route = missing ? fetch(checkpoint, routes, staging, progress) : earlier_route(found);
  make_listed_folders(staging);  // a route that failed takes empty ones with it
  staging.drop_unfinished();     // of files that an earlier run wanted, and this one does not
  publish(staging, to_text(receipt_of({order, found, staging, prover}, std::move(route))));
  staging.discard();
  return missing || resumed ? Outcome::downloaded : Outcome::already_complete;
}

}  // namespace det::storage
