#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/cancellation.hpp"
#include "model/checkpoint.hpp"
#include "storage/route.hpp"

namespace det::storage {

// Why this checkpoint was chosen, for the receipt.
struct Choice {
  std::string metric;
  bool smaller_is_better = true;
  std::optional<double> value;
  int rank = 0;  // 1 is the best; 0: not ranked
};

struct DownloadOrder {
  model::Checkpoint checkpoint;
  std::filesystem::path
      target;                  // the directory that will hold exactly this checkpoint's files and its receipt
  std::string source_address;  // as in Source::address()
  Choice choice;
};

enum class Outcome { downloaded, already_complete };

// Brings one checkpoint to `order.target`, whole or not at all: free space and writability are checked first,
// files are staged beside the target, checked against the list, then renamed; the receipt comes last. The
// routes are tried in order; when all fail, the error names each. A target that is complete already costs no
// byte; a staging directory left by a killed run is resumed file by file. Throws Error: storage, integrity,
// local_disk, held, unreachable, interrupted.
Outcome download(const DownloadOrder& order, const std::vector<std::unique_ptr<Route>>& routes,
                 Progress& progress, const http::Cancellation& cancellation);

}  // namespace det::storage
