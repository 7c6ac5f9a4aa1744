#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "http/bulk.hpp"
#include "http/cancellation.hpp"
#include "http/retry.hpp"
#include "storage/remote_store.hpp"
#include "storage/route.hpp"
#include "storage/staging.hpp"
#include "storage/transfer/incoming_file.hpp"
#include "storage/transfer/pace.hpp"
#include "storage/transfer_options.hpp"

namespace det::storage {

// Moves objects of stores into staging directories: large ones in parts, many at once, over connections that
// it keeps from one call to the next. Of one thread; it has threads of its own while fetch() lasts.
class Transfers {
 public:
  Transfers(std::function<std::unique_ptr<http::Bulk>()> open_bulk, http::RetryRule rule,
            TransferLimits limits, const http::Cancellation& cancellation);

  // Brings every wanted object into `staging`, where its folder is made and its file does not stand yet. What
  // a killed run left of a file is read and compared with that run's journal, and only the rest is asked for.
  // A digest that the store states is checked, and what was computed is told by staging.prove(). On failure
  // all pieces that came whole are recorded, so that a later run can go on. Throws Error: integrity, storage,
  // unreachable, local_disk, and what the cancellation throws.
  void fetch(const RemoteStore& store, std::vector<Wanted> wanted, Staging& staging, Progress& progress);

 private:
  std::vector<http::Bulk*> bulks_for(const std::vector<Wanted>& wanted, std::size_t most);

  std::function<std::unique_ptr<http::Bulk>()> open_bulk_;
  http::RetryRule rule_;
  TransferLimits limits_;
  Pace pace_;
  const http::Cancellation& cancellation_;
  std::vector<std::unique_ptr<http::Bulk>> bulks_;
};

}  // namespace det::storage
