#pragma once

#include <memory>

#include "client/master.hpp"
#include "http/cancellation.hpp"
#include "sources/source.hpp"
#include "storage/remotes.hpp"

namespace det::sources {

// A Determined master as a source. It keeps references to its arguments.
std::unique_ptr<Source> determined(client::Master& master, storage::Remotes& remotes,
                                   const http::Cancellation& cancellation);

}  // namespace det::sources
