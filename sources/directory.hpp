#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

#include "http/cancellation.hpp"
#include "sources/source.hpp"

namespace det::sources {

// What downloads have left in a directory, read from their receipts, as a source: checkpoints are those with
// a sound receipt, in `path` or directly in it, all COMPLETED, by steps, then directory name. A metric is
// known where the receipt says by which it was chosen; it is the searcher's where all receipts name the same
// one and direction, else there is no searcher metric. The directory is one experiment, whose id is `path` as
// it was given; the ids of experiments that the receipts name select their share of it. The digests in the
// receipts are those that this source states of its files. What is passed over
// (broken receipts, checkpoints that are there twice) is counted in a sentence for `warn`, once. Nothing is
// read before a call needs it. Keeps a reference to `cancellation`.
std::unique_ptr<Source> directory(std::filesystem::path path, const http::Cancellation& cancellation,
                                  std::function<void(std::string_view)> warn);

}  // namespace det::sources
