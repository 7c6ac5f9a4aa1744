#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "commands/context.hpp"
#include "storage/receipt.hpp"
#include "storage/verification.hpp"

namespace det::commands {

// Asks the current source about checkpoints that were downloaded from it.
class RemoteCheck {
 public:
  // Opens the source; nothing is asked yet.
  explicit RemoteCheck(Context& context);

  // How what the source lists now differs from the receipt, and the digests that the checkpoint's storage
  // states, where it can be reached from here and states any. That the source has no such checkpoint any
  // more, or has deleted it, is a difference. Throws Error{usage} when the receipt is of another source, so
  // that no receipt can send us, and our credentials, elsewhere.
  std::pair<std::vector<storage::Fault>, storage::StatedDigests> compare(const storage::Receipt& receipt);

 private:
  Context& context_;
  std::unique_ptr<sources::Source> source_;
};

}  // namespace det::commands
