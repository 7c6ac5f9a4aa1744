#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/file_list.hpp"
#include "storage/journal.hpp"
#include "storage/place.hpp"
#include "storage/prover.hpp"
#include "storage/receipt.hpp"
#include "storage/transfer_options.hpp"

namespace det::storage {

// Whose SHA256SUMS lies in a target.
enum class Sums {
  absent,
  current,   // as the receipt says
  outdated,  // one of this checkpoint, by the names in it
  foreign,
};

// What the target of a download holds already.
struct TargetContents {
  std::optional<Receipt> receipt;  // of this checkpoint
  // Files of the checkpoint that are complete there, by their listed names; also those that are not wanted.
  std::vector<ReceiptFile> present;
  bool all_present = false;     // these are all that are wanted, so far as that is known
  bool complete = false;        // everything that is wanted is there and the receipt says so
  bool metadata_found = false;  // metadata.json stands there, is not on the list, and may stay
  Sums sums = Sums::absent;
};

// What a target is compared with.
struct Expected {
  const FileList& list;
  const std::string& checkpoint_id;
  const TransferOptions& options;
};

// Compares the target with the list, or where that says nothing with the target's receipt, else with what an
// `earlier` run of ours had finished. With a receipt, a file is complete whose size and modification time are
// those of the receipt; what else lies there is the user's and stays. Without one, sizes decide, and anything
// that is not exactly a file of the checkpoint makes the target somebody else's: by force, nothing in it is
// taken over then. Reads no file of the checkpoint. Throws Error: held, naming the first thing that is not
// ours; local_disk.
TargetContents contents_of(const Place& place, const Expected& expected, const FinishedFiles& earlier);

// Reads what is present, and leaves it present only where its bytes fit its digests; what the options want
// and the receipt lacks is added. Complete is then only what needed neither.
void rehash(const Place& place, const TransferOptions& options, Prover& prover, TargetContents& contents);

// Reads what is present and not checked yet by a digest that its source states, and leaves it present only
// where its bytes fit that. Complete is then only what needed neither.
void compare(const Place& place, const TransferOptions& options, const StatedDigests& stated, Prover& prover,
             TargetContents& contents);

// The file at `path` in the directory; absent when there is no regular file or a link is on the way.
std::optional<ReceiptFile> file_at(int directory, const std::string& path);

// The same at a fraction of the cost, in a directory that only this process writes.
std::optional<ReceiptFile> own_file_at(int directory, const std::string& path);

}  // namespace det::storage
