#include "master/experiment_schema.hpp"

#include <fmt/format.h>

#include <cmath>

#include "model/error.hpp"

namespace det::master {
namespace {

constexpr const char* experiment_text = R"json({
  "bind_mounts": "array=[]",
  "checkpoint_policy": "string=\"best\"",
  "checkpoint_storage": "object={}",
  "data": "object={}",
  "debug": "boolean=false",
  "description": "string",
  "entrypoint": "any",
  "environment": {
    "add_capabilities": "array=[]",
    "drop_capabilities": "array=[]",
    "environment_variables": "any",
    "force_pull_image": "boolean=false",
    "image": "any",
    "pod_spec": "object",
    "ports": "object={}",
    "proxy_ports": "array=[]",
    "registry_auth": "object"
  },
  "hyperparameters": "object={}",
  "integrations": "object",
  "labels": "array=[]",
  "log_policies": "array=[{\"name\":\"CUDA OOM\",\"pattern\":\".*CUDA out of memory.*\"},{\"name\":\"ECC Error\",\"pattern\":\".*uncorrectable ECC error encountered.*\"}]",
  "max_restarts": "count=5",
  "min_checkpoint_period": "object={\"batches\":0}",
  "min_validation_period": "object={\"batches\":0}",
  "name": "string",
  "optimizations": {
    "aggregation_frequency": "count=1",
    "auto_tune_tensor_fusion": "boolean=false",
    "average_aggregated_gradients": "boolean=true",
    "average_training_metrics": "boolean=true",
    "grad_updates_size_file": "string",
    "gradient_compression": "boolean=false",
    "mixed_precision": "string=\"O0\"",
    "tensor_fusion_cycle_time": "count=1",
    "tensor_fusion_threshold": "count=64"
  },
  "pbs": "object={}",
  "perform_initial_validation": "boolean=false",
  "preemption_timeout": "count=3600",
  "profiling": {
    "begin_on_batch": "count=0",
    "enabled": "boolean=false",
    "end_after_batch": "count",
    "sync_timings": "boolean=true"
  },
  "project": "string=\"\"",
  "records_per_epoch": "count=0",
  "reproducibility": {"experiment_seed": "count"},
  "resources": {
    "devices": "array=[]",
    "is_single_node": "boolean",
    "max_slots": "count",
    "native_parallel": "boolean=false",
    "priority": "count=42",
    "resource_pool": "string=\"\"",
    "shm_size": "any",
    "slots_per_trial": "count=1",
    "weight": "number=1"
  },
  "retention_policy": "object?",
  "scheduling_unit": "count=100",
  "searcher": "object",
  "slurm": "object={}",
  "workspace": "string=\"\""
})json";

constexpr const char* searchers_text = R"json({
  "single": {},
  "random": {"max_trials": "count", "max_concurrent_trials": "count=16"},
  "grid": {"max_concurrent_trials": "count=16"},
  "adaptive_asha": {
    "bracket_rungs": "array=[]",
    "divisor": "number=4",
    "max_concurrent_trials": "count=16",
    "max_rungs": "count=5",
    "max_time": "count",
    "max_trials": "count",
    "mode": "string=\"standard\"",
    "time_metric": "string"
  },
  "async_halving": {
    "divisor": "number=4",
    "max_concurrent_trials": "count=16",
    "max_time": "count",
    "max_trials": "count",
    "num_rungs": "count",
    "time_metric": "string"
  }
})json";

constexpr const char* storages_text = R"json({
  "shared_fs": {
    "container_path": "string?",
    "host_path": "string",
    "propagation": "string=\"rprivate\"",
    "storage_path": "string"
  },
  "directory": {"container_path": "string"},
  "s3": {
    "access_key": "string",
    "bucket": "string",
    "endpoint_url": "string",
    "prefix": "string",
    "secret_key": "string"
  },
  "gcs": {"bucket": "string", "prefix": "string"},
  "azure": {
    "account_url": "string",
    "connection_string": "string",
    "container": "string",
    "credential": "string"
  }
})json";

const Schema& named(const Schema& schemas, std::string_view name) {
  static const Schema none;
  const auto found = schemas.find(std::string(name));
  return found == schemas.end() ? none : *found;
}

bool is_whole(const model::Json& value) {
  if (value.is_number_integer()) return true;
  return value.is_number_float() && std::trunc(value.get<double>()) == value.get<double>();
}

bool has_type(const model::Json& value, std::string_view type) {
  if (type == "integer") return is_whole(value);
  return type == "any" || type == value.type_name();
}

model::Json completed_leaf(const model::Json& given, const std::string& leaf, const std::string& path) {
  const auto equals = leaf.find('=');
  if (given.is_null())
    return equals == std::string::npos ? model::Json() : model::Json::parse(leaf.substr(equals + 1));
  auto type = leaf.substr(0, equals);
  if (type.ends_with('?')) type.pop_back();
  const bool counts = type == "count";
  if (counts) type = "integer";
  if (!has_type(given, type)) {
    refuse_configuration(path, fmt::format("expected {} or null, but got {}", type, given.type_name()));
  }
  if (counts && given.get<double>() < 0) {
    refuse_configuration(path, fmt::format("must be >= 0 but found {}", given.dump()));
  }
  if (counts && given.get<double>() > INT32_MAX) {
    refuse_configuration(path, fmt::format("must be <= {} but found {}", INT32_MAX, given.dump()));
  }
  return counts ? model::Json(given.get<std::int64_t>()) : given;
}

void require_known_keys(const model::Json& given, const Schema& schema, const std::string& path) {
  for (const auto& [key, value] : given.items()) {
    if (!schema.contains(key)) {
      refuse_configuration(path, fmt::format("additionalProperties \"{}\" not allowed", key));
    }
  }
}

}  // namespace

const Schema& experiment_schema() {
  static const Schema schema = Schema::parse(experiment_text);
  return schema;
}

const Schema& searcher_schema(std::string_view name) {
  static const Schema schemas = Schema::parse(searchers_text);
  return named(schemas, name);
}

const Schema& storage_schema(std::string_view type) {
  static const Schema schemas = Schema::parse(storages_text);
  return named(schemas, type);
}

model::Json completed(const model::Json& given, const Schema& schema, const std::string& path) {
  if (schema.is_string()) return completed_leaf(given, schema.get_ref<const std::string&>(), path);
  if (!given.is_object() && !given.is_null()) {
    refuse_configuration(path, fmt::format("expected object or null, but got {}", given.type_name()));
  }
  if (given.is_object()) require_known_keys(given, schema, path);
  auto whole = model::Json::object();
  for (const auto& [key, inner] : schema.items()) {
    const auto found = given.is_object() ? given.find(key) : given.end();
    auto value = completed(found == given.end() ? model::Json() : *found, inner, path + "." + key);
    const bool optional = inner.is_string() && inner.get_ref<const std::string&>().ends_with('?');
    if (!optional || !value.is_null()) whole[key] = std::move(value);
  }
  return whole;
}

void refuse_configuration(const std::string& path, const std::string& complaint) {
  throw Error(Failure::usage, fmt::format("invalid experiment configuration: {}: {}", path, complaint));
}

}  // namespace det::master
