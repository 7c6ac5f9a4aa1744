#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "http/bulk.hpp"
#include "http/cancellation.hpp"
#include "http/curl_transport.hpp"
#include "http/proxy.hpp"
#include "http/retry.hpp"
#include "storage/pool.hpp"
#include "storage/remote_store.hpp"
#include "storage/transfer/transfers.hpp"
#include "storage/transfer_options.hpp"

namespace det::storage {

// When an object store is asked again: with 500, too, it asks for that itself.
http::RetryPolicy storage_retries();

// What a process has around it: this environment, HOME as it says, the clock, and a network of its own over
// libcurl, with storage_retries(). `cancellation` outlives it.
Surroundings surroundings(const http::TransportOptions& options, const http::Environment& environment,
                          const http::Cancellation& cancellation);

// How this process reaches object stores. Nothing is opened before the first use.
struct RemoteAccess {
  std::function<Surroundings()> surroundings;
  std::function<std::unique_ptr<http::Bulk>()> open_bulk;
  http::RetryRule rule;
};

// The object stores that a process uses and what it moves their bytes with: connections and credentials are
// kept. Of any thread: what is given is its taker's alone, and is used again once it lets go of it; it goes
// before this. `cancellation` outlives it.
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
  Pool<model::StorageConfiguration, RemoteStore> stores_;
  Pool<TransferLimits, Transfers> transfers_;
};

}  // namespace det::storage
