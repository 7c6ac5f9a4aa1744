#pragma once

#include <string>

#include "model/storage_configuration.hpp"
#include "storage/remote_store.hpp"

namespace det::storage {

// Whether its type is s3, gcs or azure.
bool is_remote(const model::StorageConfiguration& configuration);

// Where a configuration of such a type keeps its objects, whatever credentials stand beside that.
struct RemotePlace {
  std::string server;  // an address of it; empty: the provider itself, or the one that the environment names
  std::string bucket;  // of gcs and s3; the container of azure
  std::string prefix;  // of every name, without slashes at its ends; may be empty
};

// Asks nobody. Throws Error{storage} for a configuration that names no place, or whose prefix has parts "..";
// in Azure also "." or empty ones, which elsewhere count for nothing.
RemotePlace remote_place(const model::StorageConfiguration& configuration, const Surroundings& surroundings);

// Whether both are on one server and in one bucket, and every name of one below the prefix of the other.
bool lies_within(const RemotePlace& inner, const RemotePlace& outer);

// "s3://bucket/prefix", "gs://bucket/prefix", "azure://container/prefix", as the configuration has it, fit
// for a message.
std::string shown_place(const model::StorageConfiguration& configuration);

}  // namespace det::storage
