#include <algorithm>
#include <cctype>

#include "master/api_answer.hpp"
#include "master/handlers/handlers.hpp"
#include "master/handlers/usual_place.hpp"
#include "master/repository/experiments.hpp"
#include "master/repository/users.hpp"
#include "model/error.hpp"
#include "wire/answers.hpp"
#include "wire/json_text.hpp"

namespace det::master::handlers {
namespace {

void require_usual(const Call& call, std::string_view noun) {
  if (call.id(0, "id") == usual_id) return;
  throw Error(Failure::not_found, std::string(noun) + " '" + call.words[0] + "' not found");
}

struct Census {
  std::int64_t experiments = 0;
  std::int64_t running = 0;
  std::string owner;  // the name of the first user
};

Census census(const Services& services) {
  return services.database.read([](Connection& connection) {
    const auto count = [&](std::vector<std::string> states) {
      return repository::list_experiments(connection,
                                          {.filter = {.states = std::move(states)}, .slice = {.limit = -2}})
          .total;
    };
    const auto first = repository::user_by_id(connection, 1);
    return Census{count({}), count({"RUNNING", "ACTIVE"}), first ? first->username : std::string()};
  });
}

std::string workspace_text(const Census& census) {
  return wire::ObjectText()
      .integer("id", usual_id)
      .text("name", usual_name)
      .flag("archived", false)
      .text("username", census.owner)
      .flag("immutable", true)
      .integer("numProjects", 1)
      .flag("pinned", false)
      .integer("userId", 1)
      .integer("numExperiments", census.experiments)
      .text("state", "WORKSPACE_STATE_UNSPECIFIED")
      .text("errorMessage", "")
      .null("agentUserGroup")
      .null("checkpointStorageConfig")
      .null("pinnedAt")
      .finish();
}

std::string project_text(const Census& census) {
  return wire::ObjectText()
      .integer("id", usual_id)
      .text("name", usual_name)
      .integer("workspaceId", usual_id)
      .text("workspaceName", usual_name)
      .text("description", "")
      .null("lastExperimentStartedAt")
      .document("notes", "[]")
      .integer("numExperiments", census.experiments)
      .integer("numActiveExperiments", census.running)
      .integer("numRuns", 0)
      .flag("archived", false)
      .text("username", census.owner)
      .flag("immutable", true)
      .integer("userId", 1)
      .text("state", "WORKSPACE_STATE_UNSPECIFIED")
      .text("errorMessage", "")
      .text("key", "")
      .finish();
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return lower;
}

// Whether the names that a query asks for are the usual one. A workspace's is looked for as a part of it,
// too.
bool asks_for_usual_workspace(const Query& query) {
  const auto part = lower_case(query.text("name").value_or(""));
  const auto whole = query.text("nameCaseSensitive").value_or("");
  return lower_case(usual_name).find(part) != std::string::npos && (whole.empty() || whole == usual_name);
}

bool asks_for_usual_project(const Query& query) {
  const auto name = query.text("name").value_or("");
  return name.empty() || lower_case(name) == lower_case(usual_name);
}

// {"KEY": [the one element, if it is asked for], "pagination": ...}
Response list_of_one(std::string_view key, bool is_asked_for, const std::string& element) {
  const auto count = is_asked_for ? 1 : 0;
  return json_answer(wire::ObjectText()
                         .document(key, is_asked_for ? "[" + element + "]" : "[]")
                         .document("pagination", wire::pagination_text({.count = count, .total = count}))
                         .finish());
}

Response wrapped(std::string_view key, const std::string& element) {
  return json_answer(wire::ObjectText().document(key, element).finish());
}

// What a master without agents has nothing of.
Route empty_list(std::string_view pattern, std::string_view key) {
  return {"GET", pattern, [key](const Call&) {
            return json_answer(wire::ObjectText()
                                   .document(key, "[]")
                                   .document("pagination", wire::pagination_text({}))
                                   .finish());
          }};
}

}  // namespace

std::vector<Route> workspaces(Services& services) {
  return {
      {"GET", "/api/v1/workspaces",
       [&](const Call& call) {
         return list_of_one("workspaces", asks_for_usual_workspace(call.query),
                            workspace_text(census(services)));
       }},
      {"GET", "/api/v1/workspaces/{id}",
       [&](const Call& call) {
         require_usual(call, "workspace");
         return wrapped("workspace", workspace_text(census(services)));
       }},
      {"GET", "/api/v1/workspaces/{id}/projects",
       [&](const Call& call) {
         require_usual(call, "workspace");
         return list_of_one("projects", asks_for_usual_project(call.query), project_text(census(services)));
       }},
      {"GET", "/api/v1/projects/{id}",
       [&](const Call& call) {
         require_usual(call, "project");
         return wrapped("project", project_text(census(services)));
       }},
      empty_list("/api/v1/agents", "agents"),
      empty_list("/api/v1/resource-pools", "resourcePools"),
      empty_list("/api/v1/job-queues", "jobs"),
      empty_list("/api/v1/job-queues-v2", "jobs"),
      empty_list("/api/v1/templates", "templates"),
      {"GET", "/api/v1/tasks", [](const Call&) { return json_answer(R"({"allocationIdToSummary":{}})"); }},
  };
}

}  // namespace det::master::handlers
