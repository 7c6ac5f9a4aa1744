#include <fmt/format.h>

#include "master/repository/checkpoints.hpp"
#include "master/repository/columns.hpp"
#include "master/repository/deletions.hpp"
#include "master/repository/model_registry.hpp"
#include "master/repository/model_rows.hpp"
#include "master/repository/users.hpp"
#include "model/error.hpp"

namespace det::master::repository {
namespace {

constexpr std::string_view version_columns =
    "SELECT id, number, checkpoint_id, name, comment, notes, metadata, labels, created, updated, owner_id"
    " FROM model_versions ";

model::ModelVersionRecord version_of(Connection& connection, Statement& row) {
  model::ModelVersionRecord version;
  version.id = row.integer();
  version.number = row.integer();
  version.checkpoint = checkpoint_by_id(connection, row.text()).value();
  version.name = row.text();
  version.comment = row.text();
  version.notes = row.text();
  version.metadata = row.text();
  version.labels = words_of(row.text());
  version.created = row.time();
  version.updated = row.time();
  version.owner = user_by_id(connection, row.integer()).value();
  return version;
}

std::optional<model::RegisteredModelRecord> model_by_id(Connection& connection, std::int64_t id) {
  auto query = connection.query(fmt::format("{} WHERE m.id = ?", model_columns), id);
  if (!query.step()) return std::nullopt;
  return model_of(query);
}

void require_completed(Connection& connection, const std::string& checkpoint_id) {
  auto query = connection.query("SELECT state FROM checkpoints WHERE id = ?", checkpoint_id);
  if (!query.step()) throw Error(Failure::not_found, fmt::format("checkpoint '{}' not found", checkpoint_id));
  const auto state = query.text();
  if (state != "COMPLETED") {
    throw Error(Failure::usage, fmt::format("checkpoint {} is {}: only a COMPLETED one can be registered",
                                            checkpoint_id, state));
  }
  // When single files are to go, the state changes after they have gone.
  if (!is_being_removed(connection, checkpoint_id)) return;
  throw Error(Failure::usage,
              fmt::format("files of checkpoint {} are being removed: only a whole one can be registered",
                          checkpoint_id));
}

std::int64_t next_number(Connection& connection, std::int64_t model_id, model::Time now) {
  auto query = connection.query(
      "UPDATE models SET last_number = last_number + 1, updated = ? WHERE id = ? RETURNING last_number", now,
      model_id);
  if (!query.step()) throw Error(Failure::not_found, fmt::format("model '{}' not found", model_id));
  const auto number = query.integer();
  query.step();  // to its end
  return number;
}

}  // namespace

std::optional<model::ModelVersionRecord> model_version(Connection& connection, std::int64_t model_id,
                                                       std::int64_t number) {
  auto query = connection.query(fmt::format("{} WHERE model_id = ? AND number = ?", version_columns),
                                model_id, number);
  if (!query.step()) return std::nullopt;
  auto version = version_of(connection, query);
  version.model = model_by_id(connection, model_id).value();
  return version;
}

Listed<model::ModelVersionRecord> list_model_versions(Connection& connection, std::int64_t model_id,
                                                      Direction direction, Slice slice) {
  Listed<model::ModelVersionRecord> listed{.offset = sql_offset(slice)};
  const auto registered = model_by_id(connection, model_id);
  if (!registered) return listed;
  listed.total = registered->version_count;
  auto rows =
      connection.query(fmt::format("{} WHERE model_id = ? ORDER BY number {} LIMIT ? OFFSET ?",
                                   version_columns, direction == Direction::descending ? "DESC" : "ASC"),
                       model_id, sql_limit(slice), listed.offset);
  while (rows.step()) {
    listed.rows.push_back(version_of(connection, rows));
    listed.rows.back().model = *registered;
  }
  return listed;
}

model::ModelVersionRecord insert_model_version(Connection& connection,
                                               const model::ModelVersionRecord& version) {
  require_completed(connection, version.checkpoint.id);
  const auto number = next_number(connection, version.model.id, version.created);
  connection.execute(
      "INSERT INTO model_versions(model_id, number, checkpoint_id, name, comment, notes, metadata, labels, "
      "created,"
      " updated, owner_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      version.model.id, number, version.checkpoint.id, version.name, version.comment, version.notes,
      version.metadata, words_text(version.labels), version.created, version.updated, version.owner.id);
  return model_version(connection, version.model.id, number).value();
}

bool update_model_version(Connection& connection, std::int64_t version_id, const VersionChange& change,
                          model::Time now) {
  const auto labels = change.labels ? std::optional(words_text(*change.labels)) : std::nullopt;
  return connection.execute(
             "UPDATE model_versions SET name = coalesce(?, name), comment = coalesce(?, comment),"
             " notes = coalesce(?, notes), metadata = coalesce(?, metadata), labels = coalesce(?, labels),"
             " updated = ? WHERE id = ?",
             change.name, change.comment, change.notes, change.metadata, labels, now, version_id) > 0;
}

bool remove_model_version(Connection& connection, std::int64_t version_id) {
  return connection.execute("DELETE FROM model_versions WHERE id = ?", version_id) > 0;
}

std::optional<Registration> registration_of(Connection& connection, std::string_view checkpoint_id) {
  auto query = connection.query(
      "SELECT m.name, v.number FROM model_versions v JOIN models m ON m.id = v.model_id WHERE "
      "v.checkpoint_id = ?"
      " ORDER BY v.id LIMIT 1",
      checkpoint_id);
  if (!query.step()) return std::nullopt;
  auto name = query.text();
  return Registration{std::move(name), query.integer()};
}

}  // namespace det::master::repository
