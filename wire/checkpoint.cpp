#include "wire/checkpoint.hpp"

#include <utility>
#include <variant>

#include "wire/configuration.hpp"
#include "wire/object.hpp"
#include "wire/parsed_value.hpp"
#include "wire/state_word.hpp"
#include "wire/tree.hpp"
#include "wire/uuid.hpp"

namespace det::wire {
namespace {

namespace ondemand = simdjson::ondemand;

model::Json object_or_null(ondemand::value value, const Place& place) {
  model::Json found = tree(value, place);
  if (!found.is_null() && !found.is_object()) invalid(place, "is not an object");
  return found;
}

// Metadata are the user's: what is no count there is no error.
std::optional<std::int64_t> steps_completed(const model::Json& metadata) {
  if (!metadata.is_object()) return std::nullopt;
  const auto found = metadata.find("steps_completed");
  if (found == metadata.end()) return std::nullopt;
  return whole_number(scalar(*found));
}

std::vector<model::CheckpointFile> files(ondemand::value resources, const Place& place) {
  std::vector<model::CheckpointFile> files;
  const Place one{"size", &place};
  for (ondemand::field field : resources.get_object()) {
    std::string path(std::string_view(field.unescaped_key()));
    files.push_back({std::move(path), size(scalar(field.value()), one)});
  }
  return files;
}

}  // namespace

struct CheckpointDecoder::Memory {
  ondemand::parser parser;
  std::string configuration_text;  // as the last row had it
  std::shared_ptr<const model::ExperimentConfiguration> configuration;
};

// One row. Fields come in any order; null counts as absent.
class CheckpointDecoder::Reading {
 public:
  Reading(Memory& memory, const Place& place) : memory_(memory), place_(place) {}

  model::Checkpoint read(ondemand::object row) {
    for (ondemand::field field : row) {
      const std::string_view key = field.unescaped_key();
      ondemand::value value = field.value();
      if (!value.is_null()) top(key, value, {key, &place_});
    }
    if (checkpoint_.id.empty()) invalid({"uuid", &place_}, "is missing");
    if (checkpoint_.state_word.empty()) invalid({"state", &place_}, "is missing");
    if (!listed_) invalid({"resources", &place_}, "is missing");
    return std::move(checkpoint_);
  }

 private:
  void top(std::string_view key, ondemand::value value, const Place& place) {
    if (key == "uuid") uuid(text(scalar(value), place), place);
    if (key == "taskId") checkpoint_.task_id = text(scalar(value), place);
    if (key == "allocationId") checkpoint_.allocation_id = text(scalar(value), place);
    if (key == "reportTime") checkpoint_.reported = time(scalar(value), place);
    if (key == "state") state(text(scalar(value), place));
    if (key == "resources") resources(value, place);
    if (key == "metadata") metadata(value, place);
    if (key == "training") training(value, place);
  }

  // Its files go into a directory of this name.
  void uuid(std::string word, const Place& place) {
    if (!is_uuid(word)) invalid(place, "is not a uuid");
    checkpoint_.id = std::move(word);
  }

  void state(const std::string& word) {
    checkpoint_.state_word = state_word(word);
    checkpoint_.state = checkpoint_state(checkpoint_.state_word);
  }

  void resources(ondemand::value value, const Place& place) {
    if (value.type() != ondemand::json_type::object) invalid(place, "is not an object");
    checkpoint_.files = files(value, place);
    listed_ = true;
  }

  void metadata(ondemand::value value, const Place& place) {
    checkpoint_.metadata = object_or_null(value, place);
    checkpoint_.steps_completed = steps_completed(checkpoint_.metadata);
  }

  void training(ondemand::value value, const Place& place) {
    if (value.type() != ondemand::json_type::object) invalid(place, "is not an object");
    for (ondemand::field field : value.get_object()) {
      const std::string_view key = field.unescaped_key();
      ondemand::value inner = field.value();
      if (!inner.is_null()) of_training(key, inner, {key, &place});
    }
  }

  void of_training(std::string_view key, ondemand::value value, const Place& place) {
    if (key == "trialId") checkpoint_.trial_id = id(scalar(value), place);
    if (key == "experimentId") checkpoint_.experiment_id = id(scalar(value), place);
    if (key == "hparams") checkpoint_.hparams = object_or_null(value, place);
    if (key == "trainingMetrics") checkpoint_.training_metrics = object_or_null(value, place);
    if (key == "validationMetrics") checkpoint_.validation_metrics = object_or_null(value, place);
    if (key == "searcherMetric") checkpoint_.searcher_metric = number(scalar(value), place);
    if (key == "experimentConfig") configuration(value, place);
  }

  void configuration(ondemand::value value, const Place& place) {
    if (value.type() != ondemand::json_type::object) invalid(place, "is not an object");
    const std::string_view text = raw_object(value);
    if (memory_.configuration == nullptr || text != memory_.configuration_text) {
      memory_.configuration = std::make_shared<const model::ExperimentConfiguration>(
          decode_configuration(parse_tree(PaddedText(text), place), place));
      memory_.configuration_text = text;
    }
    checkpoint_.configuration = memory_.configuration;
  }

  Memory& memory_;
  const Place& place_;
  model::Checkpoint checkpoint_;
  bool listed_ = false;
};

CheckpointDecoder::CheckpointDecoder() : memory_(std::make_unique<Memory>()) {}
CheckpointDecoder::CheckpointDecoder(CheckpointDecoder&&) noexcept = default;
CheckpointDecoder::~CheckpointDecoder() = default;

model::Checkpoint CheckpointDecoder::decode(const PaddedText& element, const Place& place) {
  try {
    ondemand::document document = memory_->parser.iterate(padded(element));
    return Reading(*memory_, place).read(document.get_object());
  } catch (const simdjson::simdjson_error&) {
    invalid(place, "is not JSON");
  }
}

model::Checkpoint decode_checkpoint_answer(std::string_view answer) {
  const PaddedText text(answer);
  ondemand::parser parser;
  try {
    ondemand::document document = parser.iterate(padded(text));
    std::string_view checkpoint;
    for (ondemand::field field : document.get_object()) {
      if (std::string_view(field.unescaped_key()) != "checkpoint") continue;
      ondemand::value value = field.value();
      if (value.type() != ondemand::json_type::object) invalid(Place{"checkpoint"}, "is not an object");
      checkpoint = raw_object(value);
    }
    if (!at_end(document)) invalid("something follows its end");
    if (checkpoint.empty()) invalid(Place{"checkpoint"}, "is missing");
    return CheckpointDecoder().decode(PaddedText(checkpoint), Place{"checkpoint"});
  } catch (const simdjson::simdjson_error&) {
    invalid("it is not a JSON object");
  }
}

model::CheckpointState checkpoint_state(std::string_view word) {
  using model::CheckpointState;
  constexpr std::pair<std::string_view, CheckpointState> states[] = {
      {"UNSPECIFIED", CheckpointState::unspecified},
      {"ACTIVE", CheckpointState::active},
      {"COMPLETED", CheckpointState::completed},
      {"ERROR", CheckpointState::error},
      {"DELETED", CheckpointState::deleted},
      {"PARTIALLY_DELETED", CheckpointState::partially_deleted}};
  for (const auto& [known, state] : states) {
    if (word == known) return state;
  }
  return CheckpointState::unknown;
}

}  // namespace det::wire
