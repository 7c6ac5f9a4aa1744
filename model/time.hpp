#pragma once

#include <chrono>

namespace det::model {

// An instant in UTC, to the microsecond: the precision that a master reports.
using Time = std::chrono::sys_time<std::chrono::microseconds>;

}  // namespace det::model
