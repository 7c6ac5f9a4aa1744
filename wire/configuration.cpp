#include "wire/configuration.hpp"

#include <limits>

#include "wire/object.hpp"

namespace det::wire {
namespace {

int count_or(const Object& section, std::string_view key, int fallback) {
  const auto found = section.optional_integer(key);
  if (!found) return fallback;
  if (*found < 0 || *found > std::numeric_limits<int>::max()) invalid(section.at(key), "is not a count");
  return static_cast<int>(*found);
}

std::string without_slashes(std::string text) {
  text.erase(0, text.find_first_not_of('/'));
  while (text.ends_with('/')) text.pop_back();
  return text;
}

model::StorageConfiguration storage(const Object& section) {
  model::StorageConfiguration storage;
  storage.type = section.text_or_empty("type");
  storage.host_path = section.text_or_empty("host_path");
  storage.storage_path = section.optional_text("storage_path");
  storage.container_path = section.text_or_empty("container_path");
  storage.bucket = section.text_or_empty("bucket");
  storage.container = section.text_or_empty("container");
  storage.prefix = without_slashes(section.text_or_empty("prefix"));
  storage.endpoint_url = section.text_or_empty("endpoint_url");
  storage.access_key = section.text_or_empty("access_key");
  storage.secret_key = section.text_or_empty("secret_key");
  storage.connection_string = section.text_or_empty("connection_string");
  storage.account_url = section.text_or_empty("account_url");
  storage.credential = section.text_or_empty("credential");
  return storage;
}

model::GcPolicy gc_policy(const Object& section) {
  const model::GcPolicy defaults;
  return {.save_experiment_best = count_or(section, "save_experiment_best", defaults.save_experiment_best),
          .save_trial_best = count_or(section, "save_trial_best", defaults.save_trial_best),
          .save_trial_latest = count_or(section, "save_trial_latest", defaults.save_trial_latest)};
}

model::Searcher searcher(const Object& section) {
  model::Searcher searcher;
  searcher.name = section.text_or_empty("name");
  searcher.metric = section.text_or_empty("metric");
  searcher.smaller_is_better = section.optional_flag("smaller_is_better").value_or(true);
  searcher.source_trial_id = section.id_or_empty("source_trial_id");
  searcher.source_checkpoint_uuid = section.text_or_empty("source_checkpoint_uuid");
  return searcher;
}

}  // namespace

model::ExperimentConfiguration decode_configuration(const model::Json& config, const Place& place) {
  const Object whole(config, place);
  model::ExperimentConfiguration decoded;
  if (const model::Json& section = whole.tree("checkpoint_storage"); !section.is_null()) {
    const Object fields(section, whole.at("checkpoint_storage"));
    decoded.storage = storage(fields);
    decoded.gc_policy = gc_policy(fields);
  }
  if (const model::Json& section = whole.tree("searcher"); !section.is_null()) {
    decoded.searcher = searcher(Object(section, whole.at("searcher")));
  }
  return decoded;
}

}  // namespace det::wire
