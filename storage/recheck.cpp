#include "storage/recheck.hpp"

#include <vector>

#include "model/error.hpp"
#include "storage/file_list.hpp"
#include "storage/relative_path.hpp"
#include "storage/shown.hpp"

namespace det::storage {
namespace {

bool still_fits(const Staging& staging, const std::string& path, Prover& prover) {
  auto proof = *staging.proof(path);
  try {
    return prover.still_fits(staging.files(), stored_path(path), {}, proof);
  } catch (const Error& error) {
    if (error.failure != Failure::local_disk) throw;
    return false;
  }
}

}  // namespace

void recheck(Staging& staging, Prover& prover, const std::string& checkpoint_id, Progress& progress) {
  std::vector<std::string> known;
  std::uint64_t bytes = 0;
  for (const auto& [path, proof] : staging.proofs()) {
    known.push_back(path);
    bytes = saturating_sum(bytes, staging.finished().at(path));
  }
  if (known.empty()) return;
  const Shown shown(progress, checkpoint_id, known.size(), bytes);
  for (const auto& path : known) {
    const auto size = staging.finished().at(path);
    if (!still_fits(staging, path, prover)) staging.lose(path);
    progress.found(size);
    progress.file_done();
  }
}

}  // namespace det::storage
