#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "master/connection.hpp"
#include "master/repository/slice.hpp"
#include "model/record.hpp"

namespace det::master::repository {

enum class ModelSort { name, description, creation_time, last_updated_time, version_count, workspace };

// What is empty or absent does not filter.
struct ModelQuery {
  std::string name = {};         // a part of it, in any case of letters
  std::string description = {};  // the same
  std::vector<std::string> labels = {};
  std::optional<bool> archived = {};
  std::vector<std::string> usernames = {};
  std::vector<std::int64_t> user_ids = {};
  std::optional<std::int64_t> id = {};
  ModelSort sort = ModelSort::last_updated_time;
  Direction direction = Direction::unspecified;  // ascending
  Slice slice = {};
};

// What is absent stays as it is.
struct ModelChange {
  std::optional<std::string> name = {};
  std::optional<std::string> description = {};
  std::optional<std::string> notes = {};
  std::optional<model::Document> metadata = {};
  std::optional<std::vector<std::string>> labels = {};
  std::optional<bool> archived = {};
  std::optional<std::int64_t> workspace_id = {};
};

struct VersionChange {
  std::optional<std::string> name = {};
  std::optional<std::string> comment = {};
  std::optional<std::string> notes = {};
  std::optional<model::Document> metadata = {};
  std::optional<std::vector<std::string>> labels = {};
};

// A model is named by its name, which is unique, or else by its id in digits.
std::optional<model::RegisteredModelRecord> find_model(Connection& connection, std::string_view name_or_id);
Listed<model::RegisteredModelRecord> list_models(Connection& connection, const ModelQuery& query);
// All labels of models, the most used first.
std::vector<std::string> model_labels(Connection& connection);
// Id, the owner but for its id, and version_count are not read. Throws Error{usage} when the name is taken or
// empty.
model::RegisteredModelRecord insert_model(Connection& connection,
                                          const model::RegisteredModelRecord& registered);
// False: there is no such model. Throws as insert_model().
bool update_model(Connection& connection, std::int64_t id, const ModelChange& change, model::Time now);
// With its versions; their checkpoints stay.
bool remove_model(Connection& connection, std::int64_t id);

std::optional<model::ModelVersionRecord> model_version(Connection& connection, std::int64_t model_id,
                                                       std::int64_t number);
// By number, ascending unless asked otherwise.
Listed<model::ModelVersionRecord> list_model_versions(Connection& connection, std::int64_t model_id,
                                                      Direction direction, Slice slice);
// The next number of the model. Reads of `version`: model.id, checkpoint.id, owner.id, the texts and times.
// Throws Error: not_found, when there is no such model or checkpoint; usage, when the checkpoint is not
// COMPLETED, or files of it are to be removed.
model::ModelVersionRecord insert_model_version(Connection& connection,
                                               const model::ModelVersionRecord& version);
bool update_model_version(Connection& connection, std::int64_t version_id, const VersionChange& change,
                          model::Time now);
bool remove_model_version(Connection& connection, std::int64_t version_id);

// Where a checkpoint is registered: the first of its versions; absent: nowhere.
struct Registration {
  std::string model;
  std::int64_t version = 0;
};
std::optional<Registration> registration_of(Connection& connection, std::string_view checkpoint_id);

}  // namespace det::master::repository
