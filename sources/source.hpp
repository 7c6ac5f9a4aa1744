#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/checkpoint.hpp"
#include "model/experiment.hpp"
#include "model/trial.hpp"
#include "storage/file_reader.hpp"
#include "storage/route.hpp"

namespace det::sources {

// Takes one element as it is read; false stops the reading.
template <typename T>
using Sink = std::function<bool(const T&)>;

enum class Scope { experiment, trial };

// Checkpoints in every state, in the order in which they were reported.
struct Query {
  Scope scope = Scope::experiment;
  std::string id;
};

// Where checkpoints are recorded: a master, an experiment directory, a repository. Ids are strings of the
// source's own kind. Throws Error: not_found, and whatever reading may throw.
class Source {
 public:
  virtual ~Source() = default;

  // What a receipt calls this source: an address without credentials, e.g. "http://host:8080".
  virtual std::string address() const = 0;

  virtual model::Experiment experiment(const std::string& id) = 0;
  virtual model::Trial trial(const std::string& id) = 0;
  virtual void trials(const std::string& experiment_id, const Sink<model::Trial>& sink) = 0;
  virtual void checkpoints(const Query& query, const Sink<model::Checkpoint>& sink) = 0;
  virtual model::Checkpoint checkpoint(const std::string& id) = 0;

  // The directory on this machine that holds this checkpoint's files, at the cost of a stat; absent when
  // there is none.
  virtual std::optional<std::filesystem::path> location(const model::Checkpoint& checkpoint) = 0;

  // The ways by which this checkpoint's bytes can come under its mode, to be tried in order; never empty. The
  // checkpoint must come from this source and the routes do not outlive it; while nothing else asks the
  // source, those of several checkpoints may be used by a thread each. Throws Error{storage} when the mode
  // offers none.
  virtual std::vector<std::unique_ptr<storage::Route>> routes(const model::Checkpoint& checkpoint,
                                                              const storage::RouteOptions& options) = 0;

  // The ways to single files of this checkpoint, to be tried in order; never empty. The same holds of them.
  virtual std::vector<std::unique_ptr<storage::FileReader>> readers(const model::Checkpoint& checkpoint) = 0;
};

}  // namespace det::sources
