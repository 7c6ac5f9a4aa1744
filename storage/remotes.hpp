#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "http/bulk.hpp"
#include "http/cancellation.hpp"
#include "http/retry.hpp"
#include "storage/remote_store.hpp"
#include "storage/transfer/transfers.hpp"
#include "storage/transfer_options.hpp"

namespace det::storage {

// How this process reaches object stores. Nothing is opened before the first use.
struct RemoteAccess {
  std::function<Surroundings()> surroundings;
  std::function<std::unique_ptr<http::Bulk>()> open_bulk;
  http::RetryRule rule;
};

// The object stores that a process uses and what it moves their bytes with: each opened once, connections and
// credentials kept. `cancellation` outlives it.
class Remotes {
 public:
  Remotes(RemoteAccess access, const http::Cancellation& cancellation)
      : access_(std::move(access)), cancellation_(cancellation) {}

  // Throws as open_remote_store().
  std::shared_ptr<RemoteStore> store(const model::StorageConfiguration& configuration);
  std::shared_ptr<Transfers> transfers(const TransferLimits& limits);
  // One to read a single object with; opened anew.
  std::shared_ptr<http::Transport> transport() const { return access_.surroundings().transport; }

 private:
  RemoteAccess access_;
  const http::Cancellation& cancellation_;
  std::vector<std::pair<model::StorageConfiguration, std::shared_ptr<RemoteStore>>> stores_;
  std::shared_ptr<Transfers> transfers_;
  TransferLimits limits_;  // of transfers_
};

}  // namespace det::storage
