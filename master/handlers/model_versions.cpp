#include "master/handlers/model_versions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "master/api_answer.hpp"
#include "master/clock.hpp"
#include "master/list_answer.hpp"
#include "master/list_parameters.hpp"
#include "master/repository/experiments.hpp"
#include "master/repository/model_registry.hpp"
#include "model/error.hpp"
#include "wire/answers.hpp"
#include "wire/json_text.hpp"
#include "wire/requests.hpp"

namespace det::master::handlers {
namespace {

using repository::Direction;
using repository::Slice;

constexpr std::int64_t portion = 100;

enum class VersionSort { version, creation_time };  // which are one order
constexpr std::array<std::pair<std::string_view, VersionSort>, 3> sorts{
    {{"SORT_BY_UNSPECIFIED", VersionSort::version},
     {"SORT_BY_VERSION", VersionSort::version},
     {"SORT_BY_CREATION_TIME", VersionSort::creation_time}}};

// Writes versions with the configurations of their experiments, each read once.
class VersionTexts {
 public:
  explicit VersionTexts(Connection& connection) : connection_(connection) {}

  std::string operator()(const model::ModelVersionRecord& version) {
    const auto id = version.checkpoint.experiment_id;
    auto known = configurations_.find(id);
    if (known == configurations_.end()) {
      const auto experiment = repository::experiment_by_id(connection_, id);
      known = configurations_.emplace(id, experiment.value().configuration).first;
    }
    return wire::model_version_text(version, known->second);
  }

 private:
  Connection& connection_;
  std::map<std::int64_t, model::Document> configurations_;
};

std::string wrapped(Connection& connection, const model::ModelVersionRecord& version) {
  return wire::ObjectText().document("modelVersion", VersionTexts(connection)(version)).finish();
}

struct Named {
  std::string model;
  std::int64_t number = 0;
};

Named named(const Call& call) {
  return {call.words[0], call.id(1, "model_version_num")};
}

model::ModelVersionRecord found_version(Connection& connection, const Named& name) {
  const auto registered = found_model(connection, name.model);
  auto version = repository::model_version(connection, registered.id, name.number);
  if (version) return std::move(*version);
  throw Error(Failure::not_found,
              fmt::format("version {} of model '{}' not found", name.number, registered.name));
}

void require_in_use(const model::RegisteredModelRecord& registered) {
  if (!registered.archived) return;
  throw Error(Failure::usage, fmt::format("model '{}' is archived", registered.name));
}

// A part of a model's versions, from `offset` on.
struct Wanted {
  std::int64_t model_id = 0;
  Direction direction = Direction::unspecified;
  std::int64_t offset = 0;
  std::int64_t rest = 0;  // how many are still to come
};

std::string next_portion(const Database& database, Wanted& wanted) {
  if (wanted.rest <= 0) return {};
  const Slice slice{.offset = wanted.offset, .limit = std::min(portion, wanted.rest)};
  return database.read([&](Connection& connection) {
    VersionTexts text(connection);
    const auto listed = repository::list_model_versions(connection, wanted.model_id, wanted.direction, slice);
    wanted.offset += slice.limit;
    wanted.rest -= slice.limit;
    std::string texts;
    for (const auto& version : listed.rows) texts += (texts.empty() ? "" : ",") + text(version);
    return texts;
  });
}

Response list(Services& services, const Call& call) {
  value_of_word<VersionSort>(sorts, call.query.text("sortBy").value_or("SORT_BY_VERSION"),
                             "apiv1.GetModelVersionsRequest_SortBy");
  const auto direction = direction_of(call.query);
  const auto slice = slice_of(call.query);
  if (slice.offset < 0) throw Error(Failure::usage, "offset out of bounds");
  const auto registered =
      services.database.read([&](Connection& connection) { return found_model(connection, call.words[0]); });
  const auto total = registered.version_count;
  const auto after = std::max<std::int64_t>(total - slice.offset, 0);
  const auto count = slice.limit == -2 ? 0 : slice.limit <= 0 ? after : std::min(slice.limit, after);
  const auto lead = wire::ObjectText().document("model", wire::registered_model_text(registered));
  Wanted wanted{registered.id, direction, slice.offset, count};
  return list_answer(
      "modelVersions",
      [&database = services.database, wanted]() mutable { return next_portion(database, wanted); },
      {.offset = slice.offset, .limit = slice.limit, .count = count, .total = total}, lead);
}

Response create(Services& services, const Call& call) {
  const auto wanted = wire::decode_new_model_version(call.request.body);
  return json_answer(services.database.write([&](Connection& connection) {
    model::ModelVersionRecord version;
    version.model = found_model(connection, call.words[0]);
    require_in_use(version.model);
    version.checkpoint.id = wanted.checkpoint_id;
    version.name = wanted.name;
    version.comment = wanted.comment;
    version.notes = wanted.notes;
    version.metadata = wanted.metadata;
    version.labels = wanted.labels;
    version.created = version.updated = now();
    version.owner = call.user;
    return wrapped(connection, repository::insert_model_version(connection, version));
  }));
}

Response describe(Services& services, const Call& call) {
  return json_answer(services.database.read(
      [&](Connection& connection) { return wrapped(connection, found_version(connection, named(call))); }));
}

Response change(Services& services, const Call& call) {
  const auto wanted = wire::decode_model_patch(call.request.body);
  return json_answer(services.database.write([&](Connection& connection) {
    const auto version = found_version(connection, named(call));
    require_in_use(version.model);
    repository::update_model_version(connection, version.id,
                                     {.name = wanted.name,
                                      .comment = wanted.comment,
                                      .notes = wanted.notes,
                                      .metadata = wanted.metadata,
                                      .labels = wanted.labels},
                                     now());
    return wrapped(connection, found_version(connection, named(call)));
  }));
}

Response remove(Services& services, const Call& call) {
  services.database.write([&](Connection& connection) {
    const auto version = found_version(connection, named(call));
    if (!call.user.admin && call.user.id != version.owner.id && call.user.id != version.model.owner.id) {
      throw Error(Failure::permission, "only an owner or an administrator may delete a version")
          .with_status(403);
    }
    repository::remove_model_version(connection, version.id);
  });
  return empty_answer();
}

// Only inference reports metrics for a version.
Response metrics_of(Services& services, const Call& call) {
  services.database.read([&](Connection& connection) { found_version(connection, named(call)); });
  return json_answer(wire::ObjectText().document("metrics", "[]").finish());
}

}  // namespace

model::RegisteredModelRecord found_model(Connection& connection, const std::string& name) {
  auto found = repository::find_model(connection, name);
  if (!found) throw Error(Failure::not_found, fmt::format("model '{}' not found", name));
  return std::move(*found);
}

std::vector<Route> model_versions(Services& services) {
  return {
      {"GET", "/api/v1/models/{name}/versions", [&](const Call& call) { return list(services, call); }},
      {"POST", "/api/v1/models/{name}/versions", [&](const Call& call) { return create(services, call); }},
      {"GET", "/api/v1/models/{name}/versions/{number}",
       [&](const Call& call) { return describe(services, call); }},
      {"PATCH", "/api/v1/models/{name}/versions/{number}",
       [&](const Call& call) { return change(services, call); }},
      {"DELETE", "/api/v1/models/{name}/versions/{number}",
       [&](const Call& call) { return remove(services, call); }},
      {"GET", "/api/v1/models/{name}/versions/{number}/metrics",
       [&](const Call& call) { return metrics_of(services, call); }},
  };
}

}  // namespace det::master::handlers
