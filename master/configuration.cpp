#include "master/configuration.hpp"

#include <fstream>

#include "master/yaml_text.hpp"
#include "model/error.hpp"
#include "wire/configuration.hpp"
#include "wire/json_text.hpp"
#include "wire/request_fields.hpp"
#include "wire/tree.hpp"

namespace det::master {
namespace {

constexpr std::size_t largest_file = std::size_t{4} << 20U;

// What of a storage is text where it is there at all.
constexpr auto text_keys = {
    "host_path",  "storage_path", "container_path",    "bucket",      "container", "prefix", "endpoint_url",
    "access_key", "secret_key",   "connection_string", "account_url", "credential"};

model::Json tree_of(const std::filesystem::path& file) {
  const auto text = configuration_text(file);
  try {
    return read_yaml(text);
  } catch (const Error& error) {
    throw error.within("failed to read " + file.string());
  }
}

}  // namespace

Configuration configuration_of_storage(const std::filesystem::path& directory) {
  const auto storage = wire::ObjectText()
                           .text("type", "shared_fs")
                           .text("host_path", directory.string())
                           .null("storage_path")
                           .text("propagation", "rprivate")
                           .finish();
  return {.checkpoint_storage = storage, .storage_roots = {directory}};
}

model::StorageConfiguration storage_of_document(const model::Document& storage) {
  const auto whole = wire::parse_tree(R"({"checkpoint_storage":)" + storage + "}");
  return wire::decode_configuration(whole, {.name = "storage"}).storage;
}

std::string configuration_text(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text;
  text.reserve(4096);
  for (char byte = 0; stream.get(byte) && text.size() <= largest_file;) text += byte;
  const bool whole = stream.eof() && !text.empty();
  if (!whole)
    throw Error(Failure::local_disk, "could not read " + file.string() + ", or it is empty or too large");
  return text;
}

Configuration read_configuration(const std::filesystem::path& file) {
  const auto tree = tree_of(file);
  const auto storage = tree.is_object() ? tree.find("checkpoint_storage") : tree.end();
  if (storage == tree.end() || !storage->is_object())
    throw Error(Failure::usage, file.string() + " names no checkpoint_storage");
  const wire::RequestFields fields(*storage, "checkpoint_storage");
  const auto type = fields.required_text("type");
  for (const auto* key : text_keys) fields.text(key);
  Configuration configuration{.checkpoint_storage = wire::document_of(*storage), .storage_roots = {}};
  if (type == "shared_fs") {
    configuration.storage_roots.emplace_back(fields.required_text("host_path"));
  } else if (type == "directory") {
    configuration.storage_roots.emplace_back(fields.required_text("container_path"));
  } else if (type == "s3" || type == "gcs") {
    fields.required_text("bucket");
  } else if (type == "azure") {
    fields.required_text("container");
  } else {
    throw Error(Failure::usage,
                "checkpoint_storage.type is none of shared_fs, directory, s3, gcs, azure: " + type);
  }
  for (const auto& root : configuration.storage_roots) {
    if (!root.is_absolute())
      throw Error(Failure::usage, "checkpoint_storage: " + root.string() + " is not absolute");
  }
  return configuration;
}

}  // namespace det::master
