#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/file_list.hpp"
#include "storage/journal.hpp"
#include "storage/place.hpp"
#include "storage/receipt.hpp"

namespace det::storage {

// What the target of a download holds already.
struct TargetContents {
  std::optional<Receipt> receipt;    // of this checkpoint
  std::vector<std::string> present;  // files of the checkpoint that are complete there, by their listed names
  bool complete = false;             // everything is there and the receipt says so
  bool metadata_found = false;       // metadata.json stands there, is not on the list, and may stay
};

// Compares the target with the list, or where that says nothing with the target's receipt, else with what an
// earlier run of ours had finished. With a receipt, a file is complete whose size and modification time are
// those of the receipt; what else lies there is the user's and stays. Without one, sizes decide, and anything
// that is not exactly a file of the checkpoint makes the target somebody else's. Throws Error: held, naming
// the first thing that is not ours; local_disk.
TargetContents contents_of(const Place& place, const FileList& list, const std::string& checkpoint_id,
                           const FinishedFiles& earlier);

// The file at `path` in the directory; absent when there is no regular file or a link is on the way.
std::optional<ReceiptFile> file_at(int directory, const std::string& path);

// The same at a fraction of the cost, in a directory that only this process writes.
std::optional<ReceiptFile> own_file_at(int directory, const std::string& path);

}  // namespace det::storage
