#pragma once

#include <functional>
#include <memory>
#include <string>

#include "http/cancellation.hpp"
#include "storage/remote_store.hpp"
#include "storage/route.hpp"
#include "storage/transfer/transfers.hpp"

namespace det::storage {

// What a checkpoint is moved with.
struct StoreAccess {
  std::shared_ptr<RemoteStore> store;
  std::shared_ptr<Transfers> transfers;
};

// The way to a checkpoint whose files are objects of a store, below its id. What lies there beside the listed
// files is left there, and an object whose size is not the listed one is refused. The store is opened when it
// is needed, where a failure leaves another way, and let go of at the end. `cancellation` outlives it.
std::unique_ptr<Route> store_route(std::string description, std::function<StoreAccess()> open,
                                   const http::Cancellation& cancellation);

}  // namespace det::storage
