#include "master/handlers/checkpoint_lists.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "master/found.hpp"
#include "master/list_answer.hpp"
#include "master/list_parameters.hpp"
#include "master/repository/checkpoints.hpp"
#include "model/error.hpp"
#include "wire/answers.hpp"
#include "wire/json_text.hpp"

namespace det::master::handlers {
namespace {

using model::CheckpointState;
using repository::CheckpointSort;

constexpr std::size_t portion = 100;

constexpr std::array<std::pair<std::string_view, CheckpointSort>, 7> sorts{
    {{"SORT_BY_UNSPECIFIED", CheckpointSort::reported},
     {"SORT_BY_UUID", CheckpointSort::uuid},
     {"SORT_BY_TRIAL_ID", CheckpointSort::trial_id},
     {"SORT_BY_BATCH_NUMBER", CheckpointSort::batch_number},
     {"SORT_BY_END_TIME", CheckpointSort::end_time},
     {"SORT_BY_STATE", CheckpointSort::state},
     {"SORT_BY_SEARCHER_METRIC", CheckpointSort::searcher_metric}}};
constexpr std::array<std::pair<std::string_view, CheckpointState>, 6> states{
    {{"STATE_UNSPECIFIED", CheckpointState::unspecified},
     {"STATE_ACTIVE", CheckpointState::active},
     {"STATE_COMPLETED", CheckpointState::completed},
     {"STATE_ERROR", CheckpointState::error},
     {"STATE_DELETED", CheckpointState::deleted},
     {"STATE_PARTIALLY_DELETED", CheckpointState::partially_deleted}}};

void read_sorting(const Query& query, repository::CheckpointQuery& wanted) {
  const auto attribute = query.text("sortByAttr");
  const auto metric = query.text("sortByMetric");
  if (attribute && metric) throw Error(Failure::usage, "field already set for sort_by oneof");
  if (attribute) wanted.sort = value_of_word<CheckpointSort>(sorts, *attribute, "checkpointv1.SortBy");
  if (metric && !metric->empty()) {
    wanted.sort = CheckpointSort::metric;
    wanted.metric = *metric;
  }
  wanted.direction = direction_of(query);
}

repository::CheckpointQuery wanted_of(const Query& query) {
  repository::CheckpointQuery wanted;
  read_sorting(query, wanted);
  for (const auto& word : query.texts("states")) {
    wanted.states.push_back(value_of_word<CheckpointState>(states, word, "checkpointv1.State"));
  }
  wanted.slice = slice_of(query);
  if (wanted.slice.limit < 0) throw Error(Failure::usage, "limit out of bounds");
  return wanted;
}

// Which rows, in their order, and the configuration that all of them answer with.
struct Found {
  repository::Listed<std::int64_t> places;
  model::Document configuration;
};

// Reads and writes the rows of a list, a portion at a time.
class Portions {
 public:
  Portions(const Database& database, Found found) : database_(database), found_(std::move(found)) {}

  std::string next() {
    std::string text;
    while (text.empty() && at_ < found_.places.rows.size()) text = portion_text();
    return text;
  }

 private:
  std::string portion_text() {
    const auto rest = std::span(std::as_const(found_.places.rows)).subspan(at_);
    const auto places = rest.first(std::min(portion, rest.size()));
    at_ += places.size();
    const auto rows = database_.read(
        [&](Connection& connection) { return repository::checkpoints_at(connection, places); });
    std::string text;
    for (const auto& row : rows) {
      if (!text.empty()) text += ',';
      text += wire::checkpoint_text(row, found_.configuration);
    }
    return text;
  }

  const Database& database_;
  Found found_;
  std::size_t at_ = 0;
};

Response answer(const Database& database, Found found, const repository::Slice& slice) {
  const auto& places = found.places;
  const wire::Page page{.offset = places.offset,
                        .limit = slice.limit,
                        .count = static_cast<std::int64_t>(places.rows.size()),
                        .total = places.total};
  return list_answer(
      "checkpoints", [portions = Portions(database, std::move(found))]() mutable { return portions.next(); },
      page);
}

}  // namespace

Response experiment_checkpoints(Services& services, const Call& call) {
  const auto id = call.id(0, "id");
  const auto wanted = wanted_of(call.query);
  auto found = services.database.read([&](Connection& connection) {
    auto configuration = found_experiment(connection, id).configuration;
    return Found{repository::order_experiment_checkpoints(connection, id, wanted), std::move(configuration)};
  });
  return answer(services.database, std::move(found), wanted.slice);
}

Response trial_checkpoints(Services& services, const Call& call) {
  const auto id = call.id(0, "id");
  const auto wanted = wanted_of(call.query);
  auto found = services.database.read([&](Connection& connection) {
    auto configuration =
        found_experiment(connection, found_trial(connection, id).experiment_id).configuration;
    return Found{repository::order_trial_checkpoints(connection, id, wanted), std::move(configuration)};
  });
  return answer(services.database, std::move(found), wanted.slice);
}

}  // namespace det::master::handlers
