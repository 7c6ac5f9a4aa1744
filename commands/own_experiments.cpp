#include "commands/own_experiments.hpp"

#include <vector>

#include "commands/context.hpp"
#include "commands/naming.hpp"
#include "commands/paging.hpp"

namespace det::commands {
namespace {

constexpr int experiments_a_page = 200;

client::ExperimentQuery own_experiments(Context& context) {
  client::ExperimentQuery query;
  const auto username = context.session({}).username();
  query.owners = {username.empty() ? context.master({}).me().username : username};
  return query;
}

}  // namespace

void each_own_experiment(Context& context, const std::function<void(const std::string& id)>& take) {
  auto query = naming("failed to list experiments", [&] { return own_experiments(context); });
  int delivered = 0;
  each_page({.limit = experiments_a_page}, delivered, [&](const client::Paging& page) {
    query.paging = page;
    std::vector<std::string> ids;
    const int total = naming("failed to list experiments", [&] {
      return context.master({}).experiments(query, [&](const model::Experiment& experiment) {
        ++delivered;
        ids.push_back(experiment.id);
        return true;
      });
    });
    for (const auto& id : ids) take(id);
    return total;
  });
}

}  // namespace det::commands
