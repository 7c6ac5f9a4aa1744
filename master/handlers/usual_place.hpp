#pragma once

#include <cstdint>
#include <string_view>

// There is one workspace with one project, which nobody changes.
namespace det::master::handlers {

inline constexpr std::int64_t usual_id = 1;  // of both
inline constexpr std::string_view usual_name = "Uncategorized";

}  // namespace det::master::handlers
