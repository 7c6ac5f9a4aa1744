#include "storage/remote_store.hpp"

#include <fmt/format.h>

#include "storage/azure_store.hpp"
#include "storage/gcs_store.hpp"
#include "storage/relative_path.hpp"
#include "storage/s3_store.hpp"

namespace det::storage {

std::unique_ptr<RemoteStore> open_remote_store(const model::StorageConfiguration& configuration,
                                               const Surroundings& surroundings) {
  if (configuration.type == "s3") return s3_store(configuration, surroundings);
  if (configuration.type == "gcs") return gcs_store(configuration, surroundings);
  if (configuration.type == "azure") return azure_store(configuration, surroundings);
  throw Error(Failure::storage, fmt::format("storage of type '{}' is not one that this build can reach",
                                            printable(configuration.type)));
}

}  // namespace det::storage
