#pragma once

#include <string>

#include "storage/prover.hpp"
#include "storage/route.hpp"
#include "storage/staging.hpp"

namespace det::storage {

// Reads the files that were taken over from a killed run, where it left their digests, and drops those whose
// bytes are others now, or cannot be read. Nothing to do with Verify::size. Throws what the prover's
// cancellation throws.
void recheck(Staging& staging, Prover& prover, const std::string& checkpoint_id, Progress& progress);

}  // namespace det::storage
