#pragma once

#include <string>

#include "storage/download.hpp"
#include "storage/prover.hpp"
#include "storage/receipt.hpp"
#include "storage/staging.hpp"
#include "storage/target_contents.hpp"

namespace det::storage {

// A download for which nothing is missing any more: its files lie in the staging directory and at the target.
struct Arrival {
  const DownloadOrder& order;
  const TargetContents& contents;  // of the target
  Staging& staging;
  Prover& prover;
};

// Whether a SHA256SUMS is to be there in the end: asked for, or written by an earlier run, since then it must
// not become outdated.
bool wants_sums(const TargetContents& contents, const TransferOptions& options);

// Throws Error{usage} when the checkpoint has a SHA256SUMS of its own; nothing to do with an unknown list.
void require_no_sums(const FileList& list, const TransferOptions& options, const std::string& checkpoint_id);

// Checks the size of every file, computes what digests are still missing, stages metadata.json and SHA256SUMS
// where they are due, and returns the receipt. `route` is how the files came. Throws Error: integrity for a
// file that is not there with its size; usage as require_no_sums(); local_disk.
Receipt receipt_of(const Arrival& arrival, std::string route);

}  // namespace det::storage
