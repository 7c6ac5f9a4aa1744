#pragma once

#include "master/router.hpp"
#include "master/services.hpp"

namespace det::master::handlers {

// GET trials/time-series: for each trial and group of metrics the points over its batches, at most
// maxDatapoints a series.
Response compared_metrics(Services& services, const Call& call);

}  // namespace det::master::handlers
