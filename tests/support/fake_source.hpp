#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sources/source.hpp"

namespace det::testing {

// A source in memory: one experiment whose checkpoints are given. It counts how often the list was read.
class FakeSource final : public sources::Source {
 public:
  std::string address() const override { return "http://fake:8080"; }
  model::Experiment experiment(const std::string& id) override;
  model::Trial trial(const std::string& id) override;
  void trials(const std::string& experiment_id, const sources::Sink<model::Trial>& sink) override;
  void checkpoints(const sources::Query& query, const sources::Sink<model::Checkpoint>& sink) override;
  model::Checkpoint checkpoint(const std::string& id) override;
  std::optional<std::filesystem::path> location(const model::Checkpoint& checkpoint) override;
  std::vector<std::unique_ptr<storage::Route>> routes(const model::Checkpoint& checkpoint,
                                                      const storage::RouteOptions& options) override;
  std::vector<std::unique_ptr<storage::FileReader>> readers(const model::Checkpoint& checkpoint) override;

  std::vector<model::Checkpoint> rows;
  std::vector<std::unique_ptr<storage::FileReader>> ways;  // given away by readers()
  int lists_read = 0;
  std::string refused = {};  // asked for this checkpoint, it fails
};

// A COMPLETED checkpoint of trial 1, with validation metric "loss", which is the searcher's, smaller is
// better.
model::Checkpoint checkpoint_with_loss(const std::string& id, std::optional<double> loss);

}  // namespace det::testing
