#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "http/cancellation.hpp"
#include "storage/route.hpp"
#include "storage/verification.hpp"

namespace det::storage {

// Copies a checkpoint that lies on a file system of this machine (shared_fs and directory storage).
// `candidates` are the places below which the directory `checkpoint_id` may lie; the first that holds it is
// taken, when the route is made. None holds it: not reachable, and fetch() names all places in
// Error{storage}. Where a download hashes, each file must have the digest that is `stated` of it; one whose
// blocks are shared, and which nobody reads, stays unproved. The route keeps a reference to `cancellation`.
// Throws Error{integrity} when `checkpoint_id` is no single file name.
std::unique_ptr<Route> directory_route(const std::vector<std::filesystem::path>& candidates,
                                       std::string checkpoint_id, const http::Cancellation& cancellation,
                                       StatedDigests stated = {});

}  // namespace det::storage
