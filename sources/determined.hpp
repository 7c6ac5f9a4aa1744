#pragma once

#include <memory>

#include "client/master.hpp"
#include "http/cancellation.hpp"
#include "sources/source.hpp"

namespace det::sources {

// A Determined master as a source. It keeps references to both arguments.
std::unique_ptr<Source> determined(client::Master& master, const http::Cancellation& cancellation);

}  // namespace det::sources
