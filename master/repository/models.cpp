#include <fmt/format.h>

#include <algorithm>

#include "master/repository/columns.hpp"
#include "master/repository/model_registry.hpp"
#include "master/repository/model_rows.hpp"
#include "model/error.hpp"

namespace det::master::repository {
namespace {

constexpr std::string_view filter_text =
    " WHERE (?1 = '' OR instr(lower(m.name), lower(?1))) AND (?2 = '' OR instr(lower(m.description), "
    "lower(?2)))"
    " AND (?3 = '[]' OR NOT EXISTS (SELECT 1 FROM json_each(?3) wanted"
    "      WHERE wanted.value NOT IN (SELECT value FROM json_each(m.labels))))"
    " AND (?4 IS NULL OR m.archived = ?4)"
    " AND (?5 = '[]' AND ?6 = '[]' OR u.username IN (SELECT value FROM json_each(?5))"
    "      OR m.owner_id IN (SELECT value FROM json_each(?6)))"
    " AND (?7 IS NULL OR m.id = ?7) ";

Statement filtered(Connection& connection, std::string_view sql, const ModelQuery& query) {
  return connection.query(sql, query.name, query.description, words_text(query.labels), query.archived,
                          words_text(query.usernames), numbers_text(query.user_ids), query.id);
}

std::string_view column_of(ModelSort sort) {
  switch (sort) {
    case ModelSort::name:
      return "m.name";
    case ModelSort::description:
      return "m.description";
    case ModelSort::creation_time:
      return "m.created";
    case ModelSort::last_updated_time:
      return "m.updated";
    case ModelSort::version_count:
      return "(SELECT count(*) FROM model_versions WHERE model_id = m.id)";
    case ModelSort::workspace:
      return "m.workspace_id";
  }
  return "m.id";
}

void require_free_name(Connection& connection, const std::string& name, std::int64_t but_for) {
  if (name.empty()) throw Error(Failure::usage, "a model needs a name");
  // A name of digits only would be taken for an id.
  if (std::all_of(name.begin(), name.end(), [](char letter) { return letter >= '0' && letter <= '9'; })) {
    throw Error(Failure::usage, fmt::format("model name '{}' is a number", name));
  }
  auto taken = connection.query("SELECT 1 FROM models WHERE name = ? AND id <> ?", name, but_for);
  if (taken.step()) throw Error(Failure::usage, fmt::format("model '{}' exists already", name));
}

std::optional<model::RegisteredModelRecord> only_model(Statement query) {
  if (!query.step()) return std::nullopt;
  return model_of(query);
}

}  // namespace

model::RegisteredModelRecord model_of(Statement& row) {
  model::RegisteredModelRecord registered;
  registered.id = row.integer();
  registered.name = row.text();
  registered.description = row.text();
  registered.notes = row.text();
  registered.metadata = row.text();
  registered.labels = words_of(row.text());
  registered.archived = row.flag();
  registered.created = row.time();
  registered.updated = row.time();
  registered.workspace_id = row.integer();
  registered.version_count = row.integer();
  registered.owner = user_of(row);
  return registered;
}

std::optional<model::RegisteredModelRecord> find_model(Connection& connection, std::string_view name_or_id) {
  return only_model(connection.query(
      fmt::format("{} WHERE m.name = ?1 OR CAST(m.id AS TEXT) = ?1 ORDER BY m.name = ?1 DESC LIMIT 1",
                  model_columns),
      name_or_id));
}

Listed<model::RegisteredModelRecord> list_models(Connection& connection, const ModelQuery& query) {
  Listed<model::RegisteredModelRecord> listed{.offset = sql_offset(query.slice)};
  auto count = filtered(
      connection,
      fmt::format("SELECT count(*) FROM models m JOIN users u ON u.id = m.owner_id {}", filter_text), query);
  count.step();
  listed.total = count.integer();
  auto rows = filtered(connection,
                       fmt::format("{} {} ORDER BY {} LIMIT ?8 OFFSET ?9", model_columns, filter_text,
                                   order_by(column_of(query.sort), query.direction, "m.id")),
                       query);
  rows.bind(sql_limit(query.slice)).bind(listed.offset);
  while (rows.step()) listed.rows.push_back(model_of(rows));
  return listed;
}

std::vector<std::string> model_labels(Connection& connection) {
  auto query = connection.query(
      "SELECT label.value FROM models, json_each(models.labels) label GROUP BY label.value"
      " ORDER BY count(*) DESC, label.value");
  std::vector<std::string> labels;
  while (query.step()) labels.push_back(query.text());
  return labels;
}

model::RegisteredModelRecord insert_model(Connection& connection,
                                          const model::RegisteredModelRecord& registered) {
  require_free_name(connection, registered.name, 0);
  connection.execute(
      "INSERT INTO models(name, description, notes, metadata, labels, archived, created, updated, owner_id,"
      " workspace_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      registered.name, registered.description, registered.notes, registered.metadata,
      words_text(registered.labels), registered.archived, registered.created, registered.updated,
      registered.owner.id, registered.workspace_id);
  return only_model(connection.query(fmt::format("{} WHERE m.id = ?", model_columns), connection.last_id()))
      .value();
}

bool update_model(Connection& connection, std::int64_t id, const ModelChange& change, model::Time now) {
  if (change.name) require_free_name(connection, *change.name, id);
  const auto labels = change.labels ? std::optional(words_text(*change.labels)) : std::nullopt;
  return connection.execute(
             "UPDATE models SET name = coalesce(?, name), description = coalesce(?, description),"
             " notes = coalesce(?, notes), metadata = coalesce(?, metadata), labels = coalesce(?, labels),"
             " archived = coalesce(?, archived), workspace_id = coalesce(?, workspace_id), updated = ? WHERE "
             "id = ?",
             change.name, change.description, change.notes, change.metadata, labels, change.archived,
             change.workspace_id, now, id) > 0;
}

bool remove_model(Connection& connection, std::int64_t id) {
  return connection.execute("DELETE FROM models WHERE id = ?", id) > 0;
}

}  // namespace det::master::repository
