#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "http/bulk.hpp"
#include "storage/remote_store.hpp"

namespace det::testing {

// What a server sends for one request for a piece.
struct PlayedAnswer {
  int status = 206;
  std::map<std::string, std::string> headers = {};
  std::string body = {};
  std::optional<Error> broken_by = std::nullopt;  // after the body
};

// Objects in memory, and a server that gives pieces of them. `on_request` may change any answer.
class PlayedObjects {
 public:
  struct Asked {
    std::string name;
    storage::ByteRange range;
    std::string version;
  };

  // A new object, or another in its place: its version changes.
  void put(const std::string& name, std::string bytes);
  void state_digests(storage::DigestKind kind) { stated_ = kind; }
  // How often a digest was asked for alone; the played store states none so.
  int asked_for_digests() const { return asked_for_digests_; }

  std::unique_ptr<storage::RemoteStore> store();
  std::unique_ptr<http::Bulk> bulk();

  PlayedAnswer answer(const http::Request& request);
  std::vector<Asked> asked() const;
  std::uint64_t asked_bytes() const;

  // Called with what would be sent, and how many requests came before; any thread, one at a time.
  std::function<void(PlayedAnswer& answer, const Asked& asked, std::size_t before)> on_request =
      [](PlayedAnswer&, const Asked&, std::size_t) {};

 private:
  friend class PlayedStore;
  struct Object {
    std::string bytes;
    std::string version;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Object> objects_;
  std::optional<storage::DigestKind> stated_;
  int versions_ = 0;
  int asked_for_digests_ = 0;
  std::vector<Asked> asked_;
};

}  // namespace det::testing
