#include "master/repository/settings.hpp"

namespace det::master::repository {

std::optional<std::string> setting(Connection& connection, std::string_view name) {
  auto query = connection.query("SELECT value FROM settings WHERE name = ?", name);
  if (!query.step()) return std::nullopt;
  return query.text();
}

void set_setting(Connection& connection, std::string_view name, std::string_view value) {
  connection.execute(
      "INSERT INTO settings(name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      name, value);
}

std::int64_t storage_id(Connection& connection, const model::Document& configuration) {
  {
    auto known = connection.query("SELECT id FROM storages WHERE configuration = ?", configuration);
    if (known.step()) return known.integer();
  }
  connection.execute("INSERT INTO storages(configuration) VALUES (?)", configuration);
  return connection.last_id();
}

std::optional<model::Document> storage_by_id(Connection& connection, std::int64_t id) {
  auto query = connection.query("SELECT configuration FROM storages WHERE id = ?", id);
  if (!query.step()) return std::nullopt;
  return query.text();
}

}  // namespace det::master::repository
