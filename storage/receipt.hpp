#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/file_proof.hpp"
#include "storage/file_selection.hpp"

namespace det::storage {

// Why this checkpoint was chosen.
struct Choice {
  std::string metric;
  bool smaller_is_better = true;
  std::optional<double> value;
  int rank = 0;  // 1 is the best; 0: not ranked
};

// How a checkpoint directory came to its metadata.json, which official loaders expect.
enum class MetadataOrigin {
  checkpoint,  // it, or MLmodel, is among the checkpoint's files
  written,     // by us, from what the source says
  found,       // it stood there already
};

struct ReceiptFile {
  std::string path;  // as the source lists it; on disk by stored_path()
  std::uint64_t size_bytes = 0;
  std::int64_t modified_ns = 0;  // since 1970, of the file on disk
  FileProof proof = {};
};

// What det-receipt.json says of the directory that it lies in. Documented in docs/receipt.md.
struct Receipt {
  std::string source_address;
  std::string experiment_id;
  std::string trial_id;
  std::string checkpoint_id;
  std::optional<std::int64_t> steps_completed;
  Choice choice;
  std::string route;
  std::string downloaded_at;  // RFC 3339, UTC
  MetadataOrigin metadata_origin = MetadataOrigin::checkpoint;
  // What the last download was limited to. Absent: `files` are all files of the checkpoint.
  std::optional<FileSelection> selection;
  std::vector<ReceiptFile> files;
  std::optional<ReceiptFile> metadata_file;  // metadata.json where it is not one of these
  std::optional<ReceiptFile> sums_file;      // SHA256SUMS where it was written by us
};

std::string to_text(const Receipt& receipt);

// Absent when `text` is no receipt of a version that this build understands, in every field that it reads: a
// broken receipt is as none.
std::optional<Receipt> receipt_from(std::string_view text);

// The receipt in `directory`. Absent also where it is a link, no regular file, or larger than 256 MiB.
std::optional<Receipt> read_receipt(const std::filesystem::path& directory);

}  // namespace det::storage
