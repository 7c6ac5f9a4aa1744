#include "commands/download.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <ostream>

#include "commands/arguments.hpp"
#include "commands/download_lanes.hpp"
#include "commands/list_output.hpp"
#include "commands/progress_display.hpp"
#include "commands/side_by_side.hpp"
#include "commands/transfer_flags.hpp"
#include "formatting/checkpoint_table.hpp"
#include "formatting/json.hpp"
#include "formatting/values.hpp"
#include "model/error.hpp"
#include "storage/file_selection.hpp"
#include "storage/link.hpp"

namespace det::commands {
namespace {

storage::Mode mode_of(const DownloadOptions& options) {
  if (options.mode == "direct") return storage::Mode::direct;
  return options.mode == "master" ? storage::Mode::master : storage::Mode::automatic;
}

// As pathlib writes a path: "./a//b/" is "a/b".
std::string shown(const std::filesystem::path& path) {
  std::filesystem::path plain;
  for (const auto& part : path) {
    if (part != "." && !part.empty()) plain /= part;
  }
  return plain.empty() ? "." : formatting::terminal_safe(plain.string());
}

model::Json result_json(const Wanted& one, std::string_view outcome) {
  model::Json object;
  object["uuid"] = one.checkpoint.id;
  object["path"] = one.target.string();
  object["outcome"] = outcome;
  object["files"] = one.checkpoint.files.size();
  object["bytes"] = model::total_bytes(one.checkpoint);
  if (one.choice.rank > 0) object["rank"] = one.choice.rank;
  if (!one.choice.metric.empty()) object["metric"] = one.choice.metric;
  if (one.choice.value) object["value"] = *one.choice.value;
  return object;
}

// How one checkpoint came.
struct Arrived {
  storage::Outcome outcome = storage::Outcome::downloaded;
  std::uint64_t fetched_bytes = 0;  // that moved in this run; what came twice counts twice
  double seconds = 0;
};

struct End {
  Arrived arrived;
  std::optional<Error> failure;
};

// The same with only the files that are wanted.
Wanted limited(Wanted one, const storage::TransferOptions& options) {
  one.checkpoint.files = storage::wanted_of(one.checkpoint.files, options);
  return one;
}

model::Json arrived_json(const Wanted& one, const Arrived& arrived) {
  const bool fetched = arrived.outcome == storage::Outcome::downloaded;
  auto object = result_json(one, fetched ? "downloaded" : "already complete");
  object["fetched_bytes"] = arrived.fetched_bytes;
  object["seconds"] = arrived.seconds;
  const bool has_rate = arrived.fetched_bytes > 0 && arrived.seconds > 0;
  object["bytes_per_second"] =
      has_rate ? model::Json(static_cast<double>(arrived.fetched_bytes) / arrived.seconds) : model::Json();
  return object;
}

// Passes everything on, and adds up the bytes that move.
class CountedProgress final : public storage::Progress {
 public:
  explicit CountedProgress(storage::Progress& told) : told_(told) {}

  std::uint64_t bytes() const { return bytes_; }

  void started(const std::string& checkpoint_id, std::size_t files, std::uint64_t bytes) override {
    told_.started(checkpoint_id, files, bytes);
  }
  void advanced(std::uint64_t bytes) override {
    bytes_ += bytes;
    told_.advanced(bytes);
  }
  void found(std::uint64_t bytes) override { told_.found(bytes); }
  void file_done() override { told_.file_done(); }
  void finished() override { told_.finished(); }
  void gave_up(const std::string& why) override { told_.gave_up(why); }

 private:
  storage::Progress& told_;
  std::uint64_t bytes_ = 0;
};

// What failed: told where it happened, and the first one decides what is thrown at the end.
class Losses {
 public:
  void tell(const Lost& lost, Context& context, ListOutput& list) {
    if (list.wants_json()) {
      model::Json object;
      object["uuid"] = lost.id;
      object["outcome"] = "failed";
      object["message"] = lost.error.message;
      list.add(object);
    } else {
      context.err() << "det: " << formatting::terminal_safe(lost.error.message) << '\n';
    }
    if (!first_) first_ = lost.error;
    ++count_;
  }
  // Throws where there were any, of `all` checkpoints.
  void raise(std::size_t all) const {
    if (!first_) return;
    auto error = *first_;
    if (count_ < all) error.failure = Failure::partial;
    error.message = fmt::format("{} of {} checkpoints failed to download", count_, all);
    throw error;
  }

 private:
  std::optional<Error> first_;
  std::size_t count_ = 0;
};

// Prints what has arrived.
class Results {
 public:
  Results(Context& context, const DownloadOptions& options, bool several)
      : context_(context),
        quiet_(options.quiet),
        transfer_(transfer_options(options)),
        several_(several),
        list_(context, list_form(context, false), {}) {}

  void add(const Wanted& one, const Arrived& arrived) {
    if (list_.wants_json()) {
      list_.add(arrived_json(limited(one, transfer_), arrived));
      begun_ = true;
    } else if (quiet_) {
      context_.out() << shown(one.target) << '\n';
    } else {
      const formatting::Table table{formatting::download_columns(),
                                    {formatting::download_row(one.checkpoint)}};
      context_.out() << "Local checkpoint path:\n"
                     << shown(one.target) << "\n\n"
                     << formatting::to_text(table);
      if (several_) context_.out() << '\n';
    }
    context_.out().flush();
  }
  void add(const Lost& lost) {
    losses_.tell(lost, context_, list_);
    begun_ = true;
  }
  // Ends what was begun: an array of JSON is one, whenever the work stops.
  void stop() {
    if (begun_ && list_.wants_json()) list_.finish();
  }
  void finish(std::size_t all) {
    if (list_.wants_json()) list_.finish();
    context_.out().flush();
    losses_.raise(all);
  }

 private:
  Context& context_;
  bool quiet_;
  storage::TransferOptions transfer_;
  bool several_;
  ListOutput list_;
  bool begun_ = false;
  Losses losses_;
};

void print_plan(Context& context, const std::vector<Wanted>& wanted, const DownloadOptions& options,
                const std::vector<Lost>& lost) {
  ListOutput list(context, list_form(context, false),
                  {"UUID", "# of Batches", "Metric", "Files", "Size", "Target"});
  const auto transfer = transfer_options(options);
  Losses losses;
  for (const auto& one : lost) losses.tell(one, context, list);
  for (const auto& whole : wanted) {
    const auto one = limited(whole, transfer);
    if (list.wants_json()) {
      list.add(result_json(one, "would download"));
      continue;
    }
    const auto& checkpoint = one.checkpoint;
    const auto row = formatting::checkpoint_row(checkpoint);
    const auto value =
        one.choice.value ? formatting::Cell{formatting::float_text(*one.choice.value)} : row[3];
    list.add({row[4], row[1], value, std::to_string(checkpoint.files.size()), row[6], shown(one.target)});
  }
  list.finish();
  losses.raise(wanted.size() + lost.size());
}

// The one that --link names; nullptr without that flag, and where the best could not be found.
const Wanted* linked(const std::vector<Wanted>& wanted, const DownloadOptions& options, std::size_t all) {
  if (!options.link) return nullptr;
  const auto best = std::find_if(wanted.begin(), wanted.end(),
                                 [all](const Wanted& one) { return all == 1 || one.choice.rank == 1; });
  if (best != wanted.end()) return &*best;
  if (all == 1) return nullptr;
  throw Error(Failure::usage, "--link needs one checkpoint, or several of which one is the best");
}

// What is the same for every checkpoint of one command.
class Fetching {
 public:
  Fetching(Context& context, sources::Source& source, const DownloadOptions& options, std::size_t lanes,
           storage::TransferLimits limits)
      : context_(context),
        source_(source),
        options_(transfer_options(options)),
        ways_{.mode = mode_of(options), .limits = limits} {
    ways_.limits.connections /= static_cast<int>(lanes);
  }

  // Of any thread.
  Arrived fetch(const Wanted& one, storage::Progress& told) {
    using Clock = std::chrono::steady_clock;
    const auto begun = Clock::now();
    CountedProgress progress(told);
    try {
      const storage::DownloadOrder order{.checkpoint = one.checkpoint,
                                         .target = one.target,
                                         .source_address = source_.address(),
                                         .choice = one.choice,
                                         .options = options_};
      const auto outcome =
          storage::download(order, routes(one.checkpoint), progress, context_.cancellation());
      return {outcome, progress.bytes(), std::chrono::duration<double>(Clock::now() - begun).count()};
    } catch (const Error& error) {
      if (ends_the_command(error.failure))
        throw error.advising("the same command again: what is complete is not fetched again");
      throw error.within("failed to download checkpoint " + one.checkpoint.id);
    }
  }

 private:
  std::vector<std::unique_ptr<storage::Route>> routes(const model::Checkpoint& checkpoint) {
    const std::lock_guard lock(source_mutex_);
    return source_.routes(checkpoint, ways_);
  }

  Context& context_;
  std::mutex source_mutex_;
  sources::Source& source_;
  storage::TransferOptions options_;
  storage::RouteOptions ways_;
};

}  // namespace

void add_download(Arguments& arguments, DownloadOptions& options) {
  arguments.flag("-q,--quiet", options.quiet, "only print the path to the checkpoint");
  arguments
      .option("--mode", options.mode, "TEXT",
              "direct: from the checkpoint storage; master: through the master; auto: direct where it can "
              "be, else "
              "master")
      .one_of({"auto", "direct", "master"});
  arguments.flag("--dry-run", options.dry_run, "show what would be downloaded, and download nothing");
  add_transfer_flags(arguments, options);
}

std::filesystem::path folder_for(const std::string& directory, const std::string& id) {
  auto name = id;
  std::replace(name.begin(), name.end(), '/', '_');
  const bool printable =
      std::all_of(name.begin(), name.end(), [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
  if (name.empty() || name == "." || name == ".." || !printable || name.size() > 255) {
    throw Error(Failure::integrity, fmt::format("checkpoint id '{}' cannot be the name of a folder", id));
  }
  return std::filesystem::path(directory) / name;
}

storage::Choice choice_of(const Chosen& chosen, std::size_t place) {
  return {.metric = chosen.criterion.metric,
          .smaller_is_better = chosen.criterion.smaller_is_better,
          .value = chosen.ranked.checkpoints[place].value,
          .rank = static_cast<int>(place) + 1};
}

std::vector<Wanted> below(const std::string& directory, const Chosen& chosen) {
  std::vector<Wanted> wanted;
  for (std::size_t place = 0; place < chosen.ranked.checkpoints.size(); ++place) {
    const auto& checkpoint = chosen.ranked.checkpoints[place].checkpoint;
    wanted.push_back({checkpoint, folder_for(directory, checkpoint.id), choice_of(chosen, place)});
  }
  return wanted;
}

void download(Context& context, sources::Source& source, const std::vector<Wanted>& wanted,
              const DownloadOptions& options, const std::vector<Lost>& lost) {
  const auto all = wanted.size() + lost.size();
  const auto* const best = linked(wanted, options, all);
  if (options.dry_run) return print_plan(context, wanted, options, lost);
  if (best != nullptr) storage::require_linkable(best->target, *options.link);
  const auto limits = transfer_limits(options, context);
  const auto lanes = lanes_for(wanted, mode_of(options), limits);
  Fetching fetching(context, source, options, lanes, limits);
  const auto display = progress_display(context, options.quiet);
  Results results(context, options, all > 1);
  for (const auto& one : lost) results.add(one);

  std::optional<FoldersAbove> above;
  if (lanes > 1) above.emplace(wanted);
  std::vector<End> ends(wanted.size());
  const auto fetch_one = [&](std::size_t place) {
    const auto& one = wanted[place];
    const auto progress = display->lane();
    try {
      ends[place].arrived = fetching.fetch(one, *progress);
      if (&one == best) storage::link_beside(one.target, *options.link);
    } catch (const Error& error) {
      ends[place].failure = error;
    }
  };
  const auto tell_one = [&](std::size_t place) {
    display->apart([&] {
      const auto& [arrived, failure] = ends[place];
      if (!failure) return results.add(wanted[place], arrived);
      if (ends_the_command(failure->failure) || all == 1) {
        results.stop();
        throw Error(*failure);
      }
      results.add(Lost{wanted[place].checkpoint.id, *failure});
    });
  };
  const auto tell_or_stop = [&](std::size_t place) {
    try {
      tell_one(place);
    } catch (...) {  // nobody reads it, say: what comes beside it is not worth waiting for
      if (lanes > 1) context.stop();
      throw;
    }
  };
  side_by_side(wanted.size(), lanes, fetch_one, tell_or_stop);
  results.finish(all);
}

}  // namespace det::commands
