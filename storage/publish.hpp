#pragma once

#include <string_view>

#include "storage/staging.hpp"

namespace det::storage {

// Gives the staged files their final place, with `receipt_text` as det-receipt.json: by one rename where the
// target is absent or empty and can be replaced, otherwise file by file with the receipt last. All data is on
// disk before the receipt is, unless the options leave that out. What else lies in the target stays; by
// force, links and files that are in the way are replaced, and so are empty folders. Throws Error:
// local_disk; held when something else is in the way.
void publish(Staging& staging, std::string_view receipt_text);

}  // namespace det::storage
