#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "master/api_answer.hpp"
#include "master/clock.hpp"
#include "master/handlers/handlers.hpp"
#include "master/handlers/model_versions.hpp"
#include "master/list_parameters.hpp"
#include "master/repository/model_registry.hpp"
#include "model/error.hpp"
#include "wire/answers.hpp"
#include "wire/json_text.hpp"
#include "wire/requests.hpp"

namespace det::master::handlers {
namespace {

using repository::ModelSort;

// The only workspace.
constexpr std::int64_t workspace_id = 1;
constexpr std::string_view workspace_name = "Uncategorized";

constexpr std::array<std::pair<std::string_view, ModelSort>, 7> sorts{
    {{"SORT_BY_UNSPECIFIED", ModelSort::creation_time},
     {"SORT_BY_NAME", ModelSort::name},
     {"SORT_BY_DESCRIPTION", ModelSort::description},
     {"SORT_BY_CREATION_TIME", ModelSort::creation_time},
     {"SORT_BY_LAST_UPDATED_TIME", ModelSort::last_updated_time},
     {"SORT_BY_NUM_VERSIONS", ModelSort::version_count},
     {"SORT_BY_WORKSPACE", ModelSort::workspace}}};

// Clients leave a slash as it is in a path, where no such model would be found.
void require_name(const std::optional<std::string>& name) {
  if (!name || name->find('/') == std::string::npos) return;
  throw Error(Failure::usage, fmt::format("model name '{}' may not contain a slash", *name));
}

std::string wrapped(const model::RegisteredModelRecord& registered) {
  return wire::ObjectText().document("model", wire::registered_model_text(registered)).finish();
}

void require_workspace(std::optional<std::int64_t> id, const std::optional<std::string>& name) {
  if (id && *id != workspace_id) {
    throw Error(Failure::not_found, fmt::format("workspace '{}' not found", *id));
  }
  if (name && !name->empty() && *name != workspace_name) {
    throw Error(Failure::not_found, fmt::format("workspace '{}' not found", *name));
  }
}

void require_in_use(const model::RegisteredModelRecord& registered) {
  if (!registered.archived) return;
  throw Error(Failure::usage, fmt::format("model '{}' is archived", registered.name));
}

void require_owner(const model::RegisteredModelRecord& registered, const model::UserRecord& user) {
  if (user.admin || user.id == registered.owner.id) return;
  throw Error(Failure::permission, "only its owner or an administrator may delete a model").with_status(403);
}

// Whether the only workspace is among those that are asked for.
bool in_wanted_workspace(const Query& query) {
  const auto ids = query.integers("workspaceIds");
  const auto names = query.texts("workspaceNames");
  return (ids.empty() && names.empty()) || std::find(ids.begin(), ids.end(), workspace_id) != ids.end() ||
         std::find(names.begin(), names.end(), workspace_name) != names.end();
}

repository::ModelQuery wanted_of(const Query& query) {
  const auto sort = query.text("sortBy").value_or("SORT_BY_UNSPECIFIED");
  const auto slice = slice_of(query);
  if (slice.offset < 0) throw Error(Failure::usage, "offset out of bounds");
  return {.name = query.text("name").value_or(""),
          .description = query.text("description").value_or(""),
          .labels = query.texts("labels"),
          .archived = query.flag("archived"),
          .usernames = query.texts("users"),
          .user_ids = query.integers("userIds"),
          .id = query.integer("id"),
          .sort = value_of_word<ModelSort>(sorts, sort, "apiv1.GetModelsRequest_SortBy"),
          .direction = direction_of(query),
          .slice = slice};
}

Response list(Services& services, const Call& call) {
  const auto wanted = wanted_of(call.query);
  repository::Listed<model::RegisteredModelRecord> listed{.offset = wanted.slice.offset};
  if (in_wanted_workspace(call.query)) {
    listed = services.database.read(
        [&](Connection& connection) { return repository::list_models(connection, wanted); });
  }
  const wire::Page page{.offset = listed.offset,
                        .limit = wanted.slice.limit,
                        .count = static_cast<std::int64_t>(listed.rows.size()),
                        .total = listed.total};
  return json_answer(wire::ObjectText()
                         .document("models", wire::array_text(listed.rows, wire::registered_model_text))
                         .document("pagination", wire::pagination_text(page))
                         .finish());
}

Response create(Services& services, const Call& call) {
  const auto wanted = wire::decode_new_model(call.request.body);
  require_name(wanted.name);
  require_workspace(wanted.workspace_id, wanted.workspace_name);
  model::RegisteredModelRecord registered;
  registered.name = wanted.name;
  registered.description = wanted.description;
  registered.notes = wanted.notes;
  registered.metadata = wanted.metadata;
  registered.labels = wanted.labels;
  registered.owner = call.user;
  registered.created = registered.updated = now();
  return json_answer(services.database.write(
      [&](Connection& connection) { return wrapped(repository::insert_model(connection, registered)); }));
}

Response describe(Services& services, const Call& call) {
  return json_answer(services.database.read(
      [&](Connection& connection) { return wrapped(found_model(connection, call.words[0])); }));
}

Response change(Services& services, const Call& call) {
  const auto wanted = wire::decode_model_patch(call.request.body);
  require_name(wanted.name);
  require_workspace(wanted.workspace_id, wanted.workspace_name);
  return json_answer(services.database.write([&](Connection& connection) {
    const auto registered = found_model(connection, call.words[0]);
    require_in_use(registered);
    repository::update_model(connection, registered.id,
                             {.name = wanted.name,
                              .description = wanted.description,
                              .notes = wanted.notes,
                              .metadata = wanted.metadata,
                              .labels = wanted.labels},
                             now());
    return wrapped(found_model(connection, std::to_string(registered.id)));
  }));
}

Response set_archived(Services& services, const Call& call, bool archived) {
  services.database.write([&](Connection& connection) {
    const auto registered = found_model(connection, call.words[0]);
    repository::update_model(connection, registered.id, {.archived = archived}, now());
  });
  return empty_answer();
}

Response move(Services& services, const Call& call) {
  const auto destination = wire::decode_destination_workspace(call.request.body);
  services.database.read([&](Connection& connection) { found_model(connection, call.words[0]); });
  require_workspace(destination, std::nullopt);
  return empty_answer();
}

Response remove(Services& services, const Call& call) {
  services.database.write([&](Connection& connection) {
    const auto registered = found_model(connection, call.words[0]);
    require_owner(registered, call.user);
    repository::remove_model(connection, registered.id);
  });
  return empty_answer();
}

Response labels(Services& services) {
  const auto all =
      services.database.read([](Connection& connection) { return repository::model_labels(connection); });
  return json_answer(
      wire::ObjectText()
          .document("labels",
                    wire::array_text(all, [](const auto& label) { return wire::string_text(label); }))
          .finish());
}

}  // namespace

std::vector<Route> model_registry(Services& services) {
  std::vector<Route> routes{
      {"GET", "/api/v1/models", [&](const Call& call) { return list(services, call); }},
      {"POST", "/api/v1/models", [&](const Call& call) { return create(services, call); }},
      {"GET", "/api/v1/model/labels", [&](const Call&) { return labels(services); }},
      {"GET", "/api/v1/models/{name}", [&](const Call& call) { return describe(services, call); }},
      {"PATCH", "/api/v1/models/{name}", [&](const Call& call) { return change(services, call); }},
      {"DELETE", "/api/v1/models/{name}", [&](const Call& call) { return remove(services, call); }},
      {"POST", "/api/v1/models/{name}/archive",
       [&](const Call& call) { return set_archived(services, call, true); }},
      {"POST", "/api/v1/models/{name}/unarchive",
       [&](const Call& call) { return set_archived(services, call, false); }},
      {"POST", "/api/v1/models/{name}/move", [&](const Call& call) { return move(services, call); }},
  };
  auto versions = model_versions(services);
  routes.insert(routes.end(), std::make_move_iterator(versions.begin()),
                std::make_move_iterator(versions.end()));
  return routes;
}

}  // namespace det::master::handlers
