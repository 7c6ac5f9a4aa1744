#include "recorded.hpp"

#include <fstream>
#include <sstream>

#include "wire/checkpoint.hpp"
#include "wire/experiment.hpp"
#include "wire/place.hpp"
#include "wire/trial.hpp"

namespace det::testing {
namespace {

std::ifstream opened(const std::string& name, const char* file) {
  return std::ifstream(std::string(DET_GOLDEN_CASES) + "/" + name + "/" + file);
}

// Member `member` of every answer that has one: the pages of a list, or a single record.
std::vector<model::Json> answers(const std::string& name, const char* member) {
  auto file = opened(name, "exchanges.json");
  const auto recording = model::Json::parse(file);
  std::vector<model::Json> found;
  for (const auto& exchange : recording["exchanges"]) {
    const auto& response = exchange["response"];
    if (response.contains("body") && response["body"].is_object() && response["body"].contains(member)) {
      found.push_back(response["body"][member]);
    }
  }
  return found;
}

template <typename Record, typename Decode>
std::vector<Record> records(const std::string& name, const char* list, const Decode& decode) {
  std::vector<Record> found;
  for (const auto& page : answers(name, list)) {
    for (const auto& element : page) found.push_back(decode(element, wire::Place{list}));
  }
  return found;
}

}  // namespace

std::string recorded_stdout(const std::string& name) {
  std::ostringstream text;
  text << opened(name, "stdout").rdbuf();
  return text.str();
}

std::vector<model::Checkpoint> recorded_checkpoints(const std::string& name) {
  wire::CheckpointDecoder decoder;
  return records<model::Checkpoint>(name, "checkpoints",
                                    [&](const model::Json& element, const wire::Place& place) {
                                      return decoder.decode(wire::PaddedText(element.dump()), place);
                                    });
}

model::Checkpoint recorded_checkpoint(const std::string& name) {
  const model::Json answer = {{"checkpoint", answers(name, "checkpoint").at(0)}};
  return wire::decode_checkpoint_answer(answer.dump());
}

std::vector<model::Experiment> recorded_experiments(const std::string& name) {
  return records<model::Experiment>(name, "experiments", wire::decode_experiment);
}

std::vector<model::Trial> recorded_trials(const std::string& name) {
  return records<model::Trial>(name, "trials", wire::decode_trial);
}

}  // namespace det::testing
