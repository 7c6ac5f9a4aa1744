#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "commands/arguments.hpp"
#include "commands/list_output.hpp"
#include "commands/progress_display.hpp"
#include "commands/registry_entries.hpp"
#include "commands/remote_check.hpp"
#include "formatting/values.hpp"
#include "model/error.hpp"
#include "storage/downloads.hpp"
#include "storage/receipt.hpp"
#include "storage/verification.hpp"

namespace det::commands {
namespace {

namespace fs = std::filesystem;

constexpr auto download_again = "the command again that downloaded it, with --verify hash";

struct Options {
  std::vector<std::string> paths;
  bool remote = false;
};

// What was found of one checkpoint directory.
struct Finding {
  fs::path path;
  std::string checkpoint_id = {};
  storage::Verification verification = {};
  std::vector<storage::Fault> remote_faults = {};
  std::string broken = {};  // why nothing could be compared; empty: it was
};

bool is_good(const Finding& finding) {
  return finding.broken.empty() && finding.verification.faults.empty() && finding.remote_faults.empty();
}

std::string what_was_checked(const storage::Verification& found) {
  if (found.hashed == 0) return "sizes checked";
  if (found.hashed == found.files) return "digests checked";
  return fmt::format("digests of {} checked, sizes of the others", found.hashed);
}

std::string counted_files(std::size_t count) {
  return fmt::format("{} {}", count, count == 1 ? "file" : "files");
}

std::string headline(const Finding& finding, const Options& options) {
  const auto& found = finding.verification;
  if (!finding.broken.empty()) return finding.broken;
  if (!is_good(finding)) {
    const auto wrong = found.faults.size() + finding.remote_faults.size();
    return fmt::format("{} wrong", wrong == 1 ? "1 thing is" : fmt::format("{} things are", wrong));
  }
  return fmt::format("ok ({}, {}, {}{})", counted_files(found.files), formatting::human_size(found.bytes),
                     what_was_checked(found), options.remote ? ", as its source lists it" : "");
}

model::Json faults_json(const std::vector<storage::Fault>& faults) {
  auto array = model::Json::array();
  for (const auto& fault : faults) array.push_back({{"file", fault.path}, {"problem", fault.what}});
  return array;
}

model::Json finding_json(const Finding& finding, const Options& options) {
  model::Json object;
  object["path"] = finding.path.string();
  object["uuid"] = finding.checkpoint_id.empty() ? model::Json() : model::Json(finding.checkpoint_id);
  object["ok"] = is_good(finding);
  object["files"] = finding.verification.files;
  object["bytes"] = finding.verification.bytes;
  object["digests_checked"] = finding.verification.hashed;
  object["problems"] = faults_json(finding.verification.faults);
  if (options.remote) object["remote_problems"] = faults_json(finding.remote_faults);
  object["extra"] = finding.verification.extra;
  if (!finding.broken.empty()) object["message"] = finding.broken;
  return object;
}

// Prints findings as they come, and what all of them amount to.
class Report {
 public:
  Report(Context& context, const Options& options)
      : context_(context), options_(options), list_(context, list_form(context, false), {}) {}

  void add(const Finding& finding) {
    ++checked_;
    if (!is_good(finding)) ++wrong_;
    if (!finding.broken.empty() || !finding.verification.faults.empty()) advice_ = download_again;
    if (list_.wants_json()) {
      list_.add(finding_json(finding, options_));
    } else {
      print(finding);
    }
    context_.out().flush();
  }
  // What could not be checked; told at once where it is one of several.
  void add(const Error& error, bool one_of_several) {
    if (one_of_several) context_.err() << "det: " << formatting::terminal_safe(error.message) << '\n';
    if (!first_failure_) first_failure_ = error;
    ++lost_;
  }
  // Ends what was begun: an array of JSON is one, whenever the work stops.
  void stop() {
    if (list_.wants_json() && checked_ > 0) list_.finish();
  }
  void finish() {
    if (list_.wants_json() && (checked_ > 0 || !first_failure_)) list_.finish();
    context_.out().flush();
    if (wrong_ > 0) {
      throw Error(Failure::integrity,
                  fmt::format("{} of {} checkpoints {} not as {} should be", wrong_, checked_,
                              wrong_ == 1 ? "is" : "are", wrong_ == 1 ? "it" : "they"))
          .advising(advice_);
    }
    if (!first_failure_) return;
    if (checked_ + lost_ == 1) throw *first_failure_;
    auto error = *first_failure_;
    if (checked_ > 0) error.failure = Failure::partial;
    error.message = fmt::format("{} of {} paths could not be verified", lost_, checked_ + lost_);
    throw error;
  }

 private:
  void print(const Finding& finding) {
    auto& out = context_.out();
    out << formatting::terminal_safe(finding.path.string()) << ": "
        << formatting::terminal_safe(headline(finding, options_)) << '\n';
    for (const auto& faults : {finding.verification.faults, finding.remote_faults}) {
      for (const auto& fault : faults) line(fault.path, fault.what);
    }
    for (const auto& path : finding.verification.extra) line(path, "is not of the checkpoint");
  }
  void line(const std::string& path, const std::string& what) {
    context_.out() << "  " << formatting::terminal_safe(path) << ": " << formatting::terminal_safe(what)
                   << '\n';
  }

  Context& context_;
  const Options& options_;
  ListOutput list_;
  std::size_t checked_ = 0;
  std::size_t wrong_ = 0;
  std::string advice_;  // empty: what is here is good, only the source has changed
  std::size_t lost_ = 0;
  std::optional<Error> first_failure_;
};

// One directory with a receipt.
class Examination {
 public:
  Examination(Context& context, const Options& options)
      : context_(context), display_(progress_display(context, false)), progress_(display_->lane()) {
    if (options.remote) remote_.emplace(context);
  }

  Finding of(const fs::path& directory) {
    Finding finding{.path = directory};
    const auto receipt = storage::read_receipt(directory);
    if (!receipt) {
      finding.broken = "its det-receipt.json is broken";
      return finding;
    }
    finding.checkpoint_id = receipt->checkpoint_id;
    storage::StatedDigests stated;
    if (remote_) std::tie(finding.remote_faults, stated) = remote_->compare(*receipt);
    finding.verification = storage::verify(directory, *receipt, stated, *progress_, context_.cancellation());
    return finding;
  }

 private:
  Context& context_;
  std::unique_ptr<ProgressDisplay> display_;
  std::unique_ptr<storage::Progress> progress_;
  std::optional<RemoteCheck> remote_;
};

std::vector<fs::path> directories_at(const std::string& path, Context& context) {
  auto found = storage::find_downloads(path);
  if (found.directories.empty()) {
    throw Error(Failure::nothing_selected,
                fmt::format("{} has no det-receipt.json, nor has a directory in it: there is nothing to "
                            "compare with",
                            path))
        .advising("the download again, to the same place: it checks what is there and writes a receipt");
  }
  if (found.others > 0) {
    context.err() << formatting::terminal_safe(fmt::format(
                         "{} in {} without a det-receipt.json passed over",
                         found.others == 1 ? "1 directory" : fmt::format("{} directories", found.others),
                         path))
                  << '\n';
  }
  return std::move(found.directories);
}

// Does `work`, whose failure concerns one path only: the others are looked at all the same.
void each_for_itself(Report& report, bool one_of_several, const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    if (ends_the_command(error.failure) || error.failure == Failure::usage) {
      report.stop();
      throw;
    }
    report.add(error, one_of_several);
  }
}

void run(const Options& options, Context& context) {
  Report report(context, options);
  Examination examination(context, options);
  const bool several = options.paths.size() > 1;
  for (const auto& path : options.paths) {
    std::vector<fs::path> directories;
    each_for_itself(report, several, [&] { directories = directories_at(path, context); });
    for (const auto& directory : directories) {
      each_for_itself(report, several || directories.size() > 1,
                      [&] { report.add(examination.of(directory)); });
    }
  }
  report.finish();
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments
      .positional("path", options->paths,
                  "checkpoint directories that were downloaded, or directories of such")
      .completes(Completion::directory);
  arguments.flag("--remote", options->remote,
                 "compare with what their source lists now, too, and with the digests of its storage");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command checkpoint_verify{
    "checkpoint verify",
    "",
    "compare downloaded checkpoints with their receipts",
    "det checkpoint verify checkpoints\n"
    "det c verify checkpoints/46985143-af68-4d48-ab91-a6447052ca49 --remote\n"
    "det c verify best latest --json",
    attach,
    Asks::sometimes};

}  // namespace det::commands
