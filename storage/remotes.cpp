#include "storage/remotes.hpp"

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
  return stores_.take(configuration,
                      [&] { return open_remote_store(configuration, access_.surroundings()); });
}

std::shared_ptr<Transfers> Remotes::transfers(const TransferLimits& limits) {
  return transfers_.take(limits, [&] {
    return std::make_unique<Transfers>(access_.open_bulk, access_.rule, limits, cancellation_);
  });
}

}  // namespace det::storage
