#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "master/connection.hpp"
#include "model/record.hpp"

namespace det::master::repository {

// What the master knows of itself: "cluster_id", "master_id", ...
std::optional<std::string> setting(Connection& connection, std::string_view name);
void set_setting(Connection& connection, std::string_view name, std::string_view value);

// The number of a `checkpoint_storage`; equal text has the same number.
std::int64_t storage_id(Connection& connection, const model::Document& configuration);
std::optional<model::Document> storage_by_id(Connection& connection, std::int64_t id);

}  // namespace det::master::repository
