#include "storage/remotes.hpp"

#include <algorithm>

namespace det::storage {

http::RetryPolicy storage_retries() {
  http::RetryPolicy policy;
  policy.statuses = {408, 429, 500, 502, 503, 504};
  return policy;
}

Surroundings surroundings(const http::TransportOptions& options, const http::Environment& environment,
                          const http::Cancellation& cancellation) {
  return {.environment = environment,
          .home = environment("HOME").value_or(""),
          .transport = http::retrying(http::curl_transport(options, cancellation), storage_retries(),
                                      http::real_retry_clock(cancellation)),
          .now = [] { return std::chrono::system_clock::now(); }};
}

std::shared_ptr<RemoteStore> Remotes::store(const model::StorageConfiguration& configuration) {
  const auto known = std::find_if(stores_.begin(), stores_.end(),
                                  [&](const auto& store) { return store.first == configuration; });
  if (known != stores_.end()) return known->second;
  std::shared_ptr<RemoteStore> store = open_remote_store(configuration, access_.surroundings());
  stores_.emplace_back(configuration, store);
  return store;
}

std::shared_ptr<Transfers> Remotes::transfers(const TransferLimits& limits) {
  if (!transfers_ || limits != limits_) {
    transfers_ = std::make_shared<Transfers>(access_.open_bulk, access_.rule, limits, cancellation_);
    limits_ = limits;
  }
  return transfers_;
}

}  // namespace det::storage
