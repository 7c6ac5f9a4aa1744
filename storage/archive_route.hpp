#pragma once

#include <functional>
#include <memory>
#include <string>

#include "http/cancellation.hpp"
#include "http/transport.hpp"
#include "storage/route.hpp"

namespace det::storage {

// As a request names them: application/x-tar, application/gzip.
enum class ArchiveKind { tar, tar_gzip };

// Asks for the checkpoint as an archive of that kind and returns the answer once its status says success; any
// other status is thrown as Error, with http_status set (415: this kind is not served). Called once or twice
// a fetch.
using ArchiveOpener = std::function<std::unique_ptr<http::Response>(ArchiveKind)>;

// Streams a checkpoint out of an archive that a master packs. Plain tar is asked for first: a master sends it
// many times faster than gzip, and its length exposes truncation. `description` is Route::description(). The
// route keeps a reference to `cancellation`.
std::unique_ptr<Route> archive_route(std::string description, ArchiveOpener open,
                                     const http::Cancellation& cancellation);

}  // namespace det::storage
