#include "storage/arrival.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/error.hpp"
#include "storage/descriptor.hpp"
#include "storage/file_selection.hpp"
#include "storage/metadata_file.hpp"
#include "storage/relative_path.hpp"
#include "storage/sha256sums.hpp"

namespace det::storage {
namespace {

std::string rfc3339(model::Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

// Path and size of each file that is to be there now.
std::vector<model::CheckpointFile> expected_files(const Arrival& arrival) {
  const auto& staging = arrival.staging;
  std::vector<model::CheckpointFile> expected;
  if (staging.list().known()) {
    for (const auto& file : staging.list().files()) {
      const bool here = staging.finished().contains(file.path) || staging.at_target(file.path);
      if (here || is_wanted(file.path, staging.options())) expected.push_back(file);
    }
    return expected;
  }
  for (const auto& [path, size] : staging.finished()) expected.push_back({path, size});
  for (const auto& file : arrival.contents.present) {
    if (!staging.finished().contains(file.path)) expected.push_back({file.path, file.size_bytes});
  }
  std::sort(expected.begin(), expected.end(),
            [](const auto& one, const auto& other) { return one.path < other.path; });
  return expected;
}

// Finds out what the receipt says of each file.
class Files {
 public:
  explicit Files(const Arrival& arrival)
      : arrival_(arrival),
        target_(
            open(arrival.staging.place().target.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) {
    const auto& options = arrival.staging.options();
    const bool sums = wants_sums(arrival.contents, options);
    staged_kinds_ = wanted_digests(options);
    if (sums && !options.sha256) staged_kinds_.push_back(DigestKind::sha256);
    // What an earlier run left with a receipt is not hashed again.
    if (!arrival.contents.receipt) present_kinds_ = staged_kinds_;
    if (arrival.contents.receipt && sums) present_kinds_ = {DigestKind::sha256};
    for (const auto& file : arrival.contents.present) present_.emplace(file.path, &file);
  }

  ReceiptFile file(const model::CheckpointFile& expected) const {
    const auto stored = stored_path(expected.path);
    const auto& staging = arrival_.staging;
    if (staging.at_target(expected.path)) {
      auto file = *present_.at(expected.path);
      arrival_.prover.complete(target_.number(), stored, present_kinds_, file.proof);
      return file;
    }
    auto file = own_file_at(staging.files(), stored);
    if (!file || file->size_bytes != expected.size_bytes) {
      throw Error(Failure::integrity, fmt::format("\"{}\" did not arrive with its {} bytes",
                                                  printable(expected.path), expected.size_bytes));
    }
    file->path = expected.path;
    if (const auto* proof = staging.proof(expected.path)) file->proof = *proof;
    arrival_.prover.complete(staging.files(), stored, staged_kinds_, file->proof);
    return std::move(*file);
  }

 private:
  const Arrival& arrival_;
  Descriptor target_;
  std::vector<DigestKind> staged_kinds_;
  std::vector<DigestKind> present_kinds_;
  std::unordered_map<std::string_view, const ReceiptFile*> present_;
};

FileList listed(const std::vector<ReceiptFile>& files) {
  std::vector<model::CheckpointFile> listed;
  listed.reserve(files.size());
  for (const auto& file : files) listed.push_back({file.path, file.size_bytes});
  return FileList(listed);
}

ReceiptFile stage(Staging& staging, const std::string& name, std::string_view text) {
  auto file = staging.create(name, text.size());
  file.write(text);
  file.finish(Resumable::after_the_stream);
  return own_file_at(staging.files(), name).value();
}

// metadata.json, where neither the checkpoint nor the target has one.
void provide_metadata(const Arrival& arrival, const FileList& files, Receipt& receipt) {
  const auto& before = arrival.contents.receipt;
  if (!needs_metadata_file(files)) {
    receipt.metadata_origin = MetadataOrigin::checkpoint;
  } else if (arrival.contents.metadata_found) {
    receipt.metadata_origin = MetadataOrigin::found;
    if (before) receipt.metadata_file = before->metadata_file;
  } else {
    receipt.metadata_origin = MetadataOrigin::written;
    receipt.metadata_file =
        stage(arrival.staging, metadata_name, metadata_text(arrival.order.checkpoint.metadata));
  }
}

// Absent when nothing was left out.
std::optional<FileSelection> limited_to(const Arrival& arrival, const FileList& files) {
  const auto& list = arrival.staging.list();
  auto selection = selection_of(arrival.staging.options());
  if (selection.is_everything()) return std::nullopt;
  if (list.known() && files.files().size() == list.files().size()) return std::nullopt;
  const auto& before = arrival.contents.receipt;
  const bool was_whole = !list.known() && before && !before->selection;
  const bool still_whole =
      was_whole && std::all_of(before->files.begin(), before->files.end(),
                               [&](const auto& file) { return files.size_of(file.path).has_value(); });
  if (still_whole) return std::nullopt;
  return selection;
}

}  // namespace

bool wants_sums(const TargetContents& contents, const TransferOptions& options) {
  return options.sha256 || (contents.receipt && contents.receipt->sums_file);
}

void require_no_sums(const FileList& list, const TransferOptions& options, const std::string& checkpoint_id) {
  if (!options.sha256 || (!list.size_of(sums_name) && !list.has_folder(sums_name))) return;
  throw Error(Failure::usage, fmt::format("checkpoint {} has a {} of its own, which --sha256 would replace",
                                          printable(checkpoint_id), sums_name))
      .advising("the same command without --sha256");
}

Receipt receipt_of(const Arrival& arrival, std::string route) {
  const auto& order = arrival.order;
  Receipt receipt;
  receipt.source_address = order.source_address;
  receipt.experiment_id = order.checkpoint.experiment_id;
  receipt.trial_id = order.checkpoint.trial_id;
  receipt.checkpoint_id = order.checkpoint.id;
  receipt.steps_completed = order.checkpoint.steps_completed;
  receipt.choice = order.choice;
  receipt.route = std::move(route);
  const auto now = std::chrono::system_clock::now();
  receipt.downloaded_at = rfc3339(order.at.value_or(std::chrono::floor<std::chrono::microseconds>(now)));
  const Files files(arrival);
  for (const auto& expected : expected_files(arrival)) receipt.files.push_back(files.file(expected));

  const auto found = listed(receipt.files);
  provide_metadata(arrival, arrival.staging.list().known() ? arrival.staging.list() : found, receipt);
  receipt.selection = limited_to(arrival, found);
  if (wants_sums(arrival.contents, arrival.staging.options())) {
    require_no_sums(found, arrival.staging.options(), order.checkpoint.id);
    receipt.sums_file = stage(arrival.staging, std::string(sums_name), sums_text(receipt.files));
  }
  return receipt;
}

}  // namespace det::storage
