#pragma once

#include <string_view>

#include "master/connection.hpp"
#include "model/record.hpp"

// The columns of a model of the registry, which a version shows too.
namespace det::master::repository {

// What model_of() reads, from `m` and its owner `u`.
inline constexpr std::string_view model_columns =
    "SELECT m.id, m.name, m.description, m.notes, m.metadata, m.labels, m.archived, m.created, m.updated,"
    " m.workspace_id, (SELECT count(*) FROM model_versions WHERE model_id = m.id),"
    " u.id, u.username, u.display_name, u.admin, u.active, u.modified, u.last_login"
    " FROM models m JOIN users u ON u.id = m.owner_id ";

model::RegisteredModelRecord model_of(Statement& row);

}  // namespace det::master::repository
