#include "master/experiment_configuration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "master/experiment_schema.hpp"
#include "master/yaml_text.hpp"
#include "model/error.hpp"
#include "model/gc_policy.hpp"
#include "model/json.hpp"
#include "wire/request_fields.hpp"

namespace det::master {
namespace {

using model::Json;

const std::string whole = "<config>";
constexpr auto policy_keys = {"save_experiment_best", "save_trial_best", "save_trial_latest"};

void require(const Json& section, const std::string& key, const std::string& path) {
  if (section.at(key).is_null()) refuse_configuration(path, key + " is a required property");
}

std::string text_or_empty(const Json& object, const std::string& key) {
  const auto found = object.find(key);
  return found == object.end() || !found->is_string() ? std::string() : found->get<std::string>();
}

// By name, as a master writes them.
Schema joined(const Schema& own, const Schema& common) {
  std::map<std::string, Json> fields;
  for (const auto* part : {&own, &common}) {
    for (const auto& [name, leaf] : part->items()) fields.emplace(name, leaf);
  }
  return fields;
}

Json completed_searcher(const Json& given) {
  const auto path = whole + ".searcher";
  if (given.is_null()) refuse_configuration(whole, "searcher is a required property");
  const auto name = text_or_empty(given, "name");
  if (name == "custom") refuse_configuration(path, "the 'custom' searcher has been removed");
  const auto& own = searcher_schema(name);
  if (own.is_null()) {
    refuse_configuration(path,
                         "is not an object where object[\"name\"] is one of 'single', 'random', 'grid', or "
                         "'adaptive_asha'");
  }
  const auto schema = joined(own, {{"max_length", "any?"},
                                   {"metric", "string"},
                                   {"name", "string"},
                                   {"smaller_is_better", "boolean=true"},
                                   {"source_checkpoint_uuid", "string"},
                                   {"source_trial_id", "count"}});
  auto searcher = completed(given, schema, path);
  if (schema.contains("max_time") && (searcher["max_time"].is_null() || searcher["time_metric"].is_null())) {
    refuse_configuration(
        path, fmt::format("the '{}' searcher requires 'max_time' and 'time_metric' to be set", name));
  }
  for (const auto* key : {"metric", "max_trials", "num_rungs"}) {
    if (schema.contains(key)) require(searcher, key, path);
  }
  return searcher;
}

// Stays below the storage's own directory.
void require_inner_path(const Json& storage, const std::string& path) {
  const std::filesystem::path inner(text_or_empty(storage, "storage_path"));
  const std::filesystem::path host(text_or_empty(storage, "host_path"));
  const auto relative = inner.is_absolute() ? inner.lexically_relative(host) : inner.lexically_normal();
  if (!relative.empty() && *relative.begin() == "..") {
    refuse_configuration(path + ".storage_path", "must be a relative path or a subdirectory of host_path");
  }
}

void check_storage(const Json& storage, const std::string& path) {
  const auto type = storage.at("type").get<std::string>();
  const auto needed = type == "shared_fs"                      ? "host_path"
                      : type == "directory" || type == "azure" ? ""
                                                               : "bucket";
  if (*needed != 0) require(storage, needed, path);
  if (type == "directory") require(storage, "container_path", path);
  if (type == "azure") require(storage, "container", path);
  for (const auto* key : {"host_path", "container_path"}) {
    const auto place = text_or_empty(storage, key);
    if (!place.empty() && place[0] != '/') refuse_configuration(path + "." + key, "must be an absolute path");
  }
  require_inner_path(storage, path);
}

// What is given over the master's own storage, unless it is of another type.
Json completed_storage(const Json& given, const model::Document& default_storage) {
  const auto path = whole + ".checkpoint_storage";
  auto storage = default_storage.empty() ? Json::object() : Json::parse(default_storage);
  const auto type = text_or_empty(given, "type");
  if (!type.empty() && type != text_or_empty(storage, "type")) storage = Json::object();
  for (const auto& [key, value] : given.items()) {
    if (!value.is_null()) storage[key] = value;
  }
  if (storage.empty()) refuse_configuration(whole, "checkpoint_storage is a required property");
  const auto& own = storage_schema(text_or_empty(storage, "type"));
  if (own.is_null()) {
    refuse_configuration(
        path,
        "is not an object where object[\"type\"] is one of 'shared_fs', 'directory', 's3', 'gcs', or "
        "'azure'");
  }
  const model::GcPolicy policy;
  const auto schema =
      joined(own, {{"save_experiment_best", fmt::format("count={}", policy.save_experiment_best)},
                   {"save_trial_best", fmt::format("count={}", policy.save_trial_best)},
                   {"save_trial_latest", fmt::format("count={}", policy.save_trial_latest)},
                   {"type", "string"}});
  auto complete = completed(storage, schema, path);
  check_storage(complete, path);
  return complete;
}

// One value for all devices, or some of them by name.
Json by_device(const Json& given, const Json& defaults, const std::string& path) {
  if (given.is_null()) return defaults;
  if (!given.is_object()) return {{"cpu", given}, {"cuda", given}, {"rocm", given}};
  Json all = defaults;
  for (const auto& [device, value] : given.items()) {
    const auto known = device == "gpu" ? std::string("cuda") : device;
    if (!all.contains(known)) {
      refuse_configuration(path, fmt::format("additionalProperties \"{}\" not allowed", device));
    }
    if (!value.is_null()) all[known] = value;
  }
  return all;
}

void complete_environment(Json& environment) {
  const auto path = whole + ".environment";
  static const Json images = {
      {"cpu", "determinedai/pytorch-ngc-dev:0736b6d"},
      {"cuda", "determinedai/pytorch-ngc-dev:0736b6d"},
      {"rocm", "determinedai/environments:rocm-5.6-pytorch-1.3-tf-2.10-rocm-mpich-0736b6d"}};
  static const Json no_variables = {{"cpu", Json::array()}, {"cuda", Json::array()}, {"rocm", Json::array()}};
  environment["image"] = by_device(environment["image"], images, path + ".image");
  environment["environment_variables"] =
      by_device(environment["environment_variables"], no_variables, path + ".environment_variables");
}

std::vector<std::string> checked_labels(const Json& given) {
  std::vector<std::string> labels;
  for (std::size_t at = 0; at < given.size(); ++at) {
    if (!given[at].is_string()) {
      refuse_configuration(fmt::format("{}.labels[{}]", whole, at),
                           fmt::format("expected string, but got {}", given[at].type_name()));
    }
    auto label = given[at].get<std::string>();
    if (std::find(labels.begin(), labels.end(), label) == labels.end()) labels.push_back(std::move(label));
  }
  return labels;
}

Json parsed(std::string_view text) {
  Json tree;
  try {
    tree = read_yaml(text);
  } catch (const Error& error) {
    throw Error(Failure::usage, "invalid experiment configuration: " + error.message);
  }
  if (tree.is_null()) tree = Json::object();
  if (!tree.is_object())
    refuse_configuration(whole, fmt::format("expected object, but got {}", tree.type_name()));
  return tree;
}

Json completed_tree(std::string_view text, const ConfigurationDefaults& defaults) {
  auto tree = completed(parsed(text), experiment_schema(), whole);
  tree["searcher"] = completed_searcher(tree["searcher"]);
  tree["checkpoint_storage"] = completed_storage(tree["checkpoint_storage"], defaults.storage);
  complete_environment(tree["environment"]);
  auto& seed = tree["reproducibility"]["experiment_seed"];
  if (seed.is_null()) seed = defaults.seed;
  if (tree["name"].is_null()) tree["name"] = defaults.name;
  tree["labels"] = checked_labels(tree["labels"]);
  return tree;
}

void set_count(Json& tree, const char* section, const char* key, const std::optional<std::int64_t>& count) {
  if (!count) return;
  const Json value = *count;
  tree[section][key] = completed(value, "count", fmt::format("{}.{}.{}", whole, section, key));
}

}  // namespace

ExperimentConfiguration read_experiment_configuration(std::string_view text,
                                                      const ConfigurationDefaults& defaults) {
  const auto tree = completed_tree(text, defaults);
  const auto& searcher = tree.at("searcher");
  return {.document = wire::document_of(tree),
          .name = tree.at("name").get<std::string>(),
          .description = text_or_empty(tree, "description"),
          .labels = checked_labels(tree.at("labels")),
          .workspace = text_or_empty(tree, "workspace"),
          .project = text_or_empty(tree, "project"),
          .searcher_name = searcher.at("name").get<std::string>(),
          .searcher_metric = searcher.at("metric").get<std::string>(),
          .smaller_is_better = searcher.at("smaller_is_better").get<bool>()};
}

model::Document changed_configuration(const model::Document& configuration,
                                      const model::ExperimentPatch& patch) {
  auto tree = Json::parse(configuration);
  if (patch.name) tree["name"] = *patch.name;
  if (patch.description) tree["description"] = *patch.description;
  if (patch.labels) tree["labels"] = *patch.labels;
  set_count(tree, "checkpoint_storage", "save_experiment_best", patch.save_experiment_best);
  set_count(tree, "checkpoint_storage", "save_trial_best", patch.save_trial_best);
  set_count(tree, "checkpoint_storage", "save_trial_latest", patch.save_trial_latest);
  set_count(tree, "resources", "priority", patch.priority);
  if (patch.max_slots) {
    tree["resources"]["max_slots"] = nullptr;
    set_count(tree, "resources", "max_slots", *patch.max_slots);
  }
  if (patch.weight && std::isfinite(*patch.weight)) tree["resources"]["weight"] = *patch.weight;
  return wire::document_of(tree);
}

model::Document storage_of_configuration(const model::Document& configuration) {
  auto tree = Json::parse(configuration);
  const auto found = tree.find("checkpoint_storage");
  if (found == tree.end() || !found->is_object()) return "{}";
  for (const auto* key : policy_keys) found->erase(key);
  return wire::document_of(*found);
}

}  // namespace det::master
