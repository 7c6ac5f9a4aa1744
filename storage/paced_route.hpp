#pragma once

#include <cstdint>
#include <memory>

#include "http/cancellation.hpp"
#include "storage/route.hpp"

namespace det::storage {

// `route`, held up while it moves bytes so that no more than `bytes_a_second` pass; 0: `route` itself. For
// routes that tell of every byte as they write it. `cancellation` outlives it.
std::unique_ptr<Route> paced_route(std::unique_ptr<Route> route, std::uint64_t bytes_a_second,
                                   const http::Cancellation& cancellation);

}  // namespace det::storage
