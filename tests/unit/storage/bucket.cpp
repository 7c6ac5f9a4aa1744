#include "tests/unit/storage/bucket.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "http/retry.hpp"
#include "storage/store_route.hpp"
#include "storage/transfer/transfers.hpp"

namespace det::testing {

std::string noise(std::size_t size, unsigned seed) {
  std::string bytes(size, '\0');
  std::uint32_t state = seed * 2654435761U + 1;
  for (auto& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<char>(state >> 24U);
  }
  return bytes;
}

void Bucket::add(const std::string& path, std::string bytes) {
  scene.list(path, bytes.size());
  objects.put(scene.checkpoint.id + "/" + path, std::move(bytes));
}

storage::Outcome Bucket::download(storage::TransferLimits limits) {
  http::RetryClock clock{.now = [] { return std::chrono::system_clock::time_point(); },
                         .sleep = [](std::chrono::milliseconds) {},
                         .jitter = [] { return 0.0; }};
  http::RetryPolicy policy;
  policy.first_delay = std::chrono::milliseconds(1);
  const auto transfers = std::make_shared<storage::Transfers>(
      [this] { return objects.bulk(); }, http::RetryRule(policy, clock), limits, never_cancelled_);
  std::vector<std::unique_ptr<storage::Route>> routes;
  routes.push_back(storage::store_route(
      "storage played://bucket",
      [this, transfers] {
        return storage::StoreAccess{objects.store(), transfers};
      },
      never_cancelled_));
  return scene.download_by(std::move(routes));
}

std::filesystem::path Bucket::staged(const std::string& path) const {
  return scene.target.parent_path() / ".best.det-partial" / "files" / path;
}

}  // namespace det::testing
