#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/cancellation.hpp"
#include "model/checkpoint.hpp"
#include "model/time.hpp"
#include "storage/receipt.hpp"
#include "storage/route.hpp"
#include "storage/transfer_options.hpp"

namespace det::storage {

struct DownloadOrder {
  model::Checkpoint checkpoint;
  std::filesystem::path target;  // the directory that will hold this checkpoint's files and its receipt
  std::string source_address;    // as in Source::address()
  Choice choice;
  TransferOptions options = {};
  std::optional<model::Time> at = std::nullopt;  // for the receipt; absent: now
};

enum class Outcome { downloaded, already_complete };

// Brings one checkpoint to `order.target`, whole or not at all: free space and writability are checked first,
// files are staged on the same file system, checked against the list, then put in place; the receipt comes
// last. The routes are tried in order; when all fail, the error names each. A target that is complete already
// costs no byte; a staging directory left by a killed run is resumed file by file. Throws Error: not_found
// (the checkpoint is DELETED), nothing_selected (it is not COMPLETED), storage, integrity, local_disk, held,
// unreachable, interrupted.
Outcome download(const DownloadOrder& order, const std::vector<std::unique_ptr<Route>>& routes,
                 Progress& progress, const http::Cancellation& cancellation);

}  // namespace det::storage
