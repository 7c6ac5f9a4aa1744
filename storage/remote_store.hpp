#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/proxy.hpp"
#include "http/transport.hpp"
#include "model/error.hpp"
#include "model/storage_configuration.hpp"
#include "storage/store.hpp"

namespace det::storage {

// Gives a header of an answer by its name, in whatever case.
using HeaderOf = std::function<std::optional<std::string>(std::string_view name)>;

// A store that is asked over HTTP. Beside doing its own asking, it lets others do the reading: whoever moves
// many objects sends the requests that it signs over connections of its own, and has the answers explained.
class RemoteStore : public WritableStore {
 public:
  // "s3://bucket/prefix", for receipts and messages. No credentials.
  virtual std::string address() const = 0;

  // The GET for `range` of an object (its length is not 0), signed at this moment. Where `version` is not
  // empty, one that list() gave for it, the server is asked to refuse (412) an object that has another by
  // now. Throws Error: storage, permission, when there are no credentials to be had.
  virtual http::Request read_request(const std::string& name, ByteRange range,
                                     const std::string& version) const = 0;
  // What an answer of 200 or 206 to it states of the object; "" and absent where it does not say.
  virtual std::string version_of(const HeaderOf& header) const = 0;
  virtual std::optional<Digest> digest_of(const HeaderOf& header) const = 0;
  // The digest of a whole object that the store states only when asked for it alone (one request): for an
  // object that comes in parts, of which neither the list nor an answer states any. Absent: it states none,
  // or refuses to say. Throws Error{storage} when the store cannot be reached.
  virtual std::optional<Digest> ask_digest(const std::string& /*name*/) const { return std::nullopt; }
  // What any other answer to it means, in a sentence that names the object: not_found (404), integrity (412:
  // it has changed), storage (everything else, with the store's own words from `body`, which may be cut
  // short).
  virtual Error refusal(const std::string& name, int status, std::string_view body) const = 0;
};

// What the native tools of a cloud look at, and how.
struct Surroundings {
  http::Environment environment;               // variables, as AWS_PROFILE
  std::filesystem::path home;                  // of the user; empty: none
  std::shared_ptr<http::Transport> transport;  // with the one retry layer
  std::function<std::chrono::system_clock::time_point()> now;
};

// The store of a configuration whose type is s3, gcs or azure. Nothing is asked yet. Throws Error{storage}
// for a configuration that names no place, or one that is not of these types.
std::unique_ptr<RemoteStore> open_remote_store(const model::StorageConfiguration& configuration,
                                               const Surroundings& surroundings);

}  // namespace det::storage
