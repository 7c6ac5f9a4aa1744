#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "master/api_answer.hpp"
#include "master/collection_plan.hpp"
#include "master/found.hpp"
#include "master/handlers/handlers.hpp"
#include "master/repository/checkpoints.hpp"
#include "model/error.hpp"
#include "storage/deflate.hpp"
#include "storage/remote_place.hpp"
#include "storage/tar_stream.hpp"
#include "storage/zip_stream.hpp"
#include "wire/json_text.hpp"
#include "wire/uuid.hpp"

namespace det::master::handlers {
namespace {

constexpr std::string_view tar_type = "application/x-tar";
constexpr std::string_view gzip_type = "application/gzip";
constexpr std::string_view zip_type = "application/zip";

// An archive on its way, whose files stay as long as it lives.
class ArchiveBody final : public BodyStream {
 public:
  ArchiveBody(storage::Pieces pieces, Leases::Lease lease)
      : pieces_(std::move(pieces)), lease_(std::move(lease)) {}

  Step next(std::string& piece) override {
    piece = pieces_();
    return piece.empty() ? Step::end : Step::more;
  }

 private:
  storage::Pieces pieces_;
  Leases::Lease lease_;
};

// Absent: none that is known.
std::optional<std::string_view> archive_type(const Request& request) {
  const auto accepted = request.header("Accept").value_or("");
  if (accepted == gzip_type) return gzip_type;
  if (accepted == zip_type) return zip_type;
  const bool any =
      accepted.empty() || accepted == tar_type || accepted == "*/*" || accepted == "application/*";
  return any ? std::optional(tar_type) : std::nullopt;
}

Response unsupported(const Request& request) {
  const auto sentence = fmt::format("unsupported media type to download a checkpoint: '{}'",
                                    request.header("Accept").value_or(""));
  return {.status = 415,
          .headers = {{"Content-Type", "application/json"}},
          .body = wire::ObjectText().text("message", sentence).finish() + "\n"};
}

std::string checked_uuid(const std::string& word) {
  if (wire::is_uuid(word)) return wire::lower_uuid(word);
  const auto why = word.size() == 36 ? std::string("invalid UUID format")
                                     : fmt::format("invalid UUID length: {}", word.size());
  throw Error(Failure::usage, fmt::format("unable to parse checkpoint UUID {}: {}", word, why));
}

// In the words of a real master, which differ with the type.
Error failed(std::string_view uuid, std::string_view type, std::string_view why) {
  if (type == tar_type) {
    return Error(Failure::storage, fmt::format("unable to list checkpoint {} files: {}", uuid, why));
  }
  return Error(Failure::storage,
               fmt::format("unable to download checkpoint {}: checkpoint archive failed, please verify "
                           "that file system checkpoint storage is available to the server: {}",
                           uuid, why));
}

model::StorageConfiguration stored_in(const Services& services, const std::string& uuid) {
  return services.database.read([&](Connection& connection) {
    const auto checkpoint = repository::checkpoint_by_id(connection, uuid);
    if (!checkpoint) throw Error(Failure::not_found, fmt::format("checkpoint '{}' not found", uuid));
    if (checkpoint->state == model::CheckpointState::deleted) {
      throw Error(Failure::not_found, fmt::format("checkpoint '{}' was deleted", uuid));
    }
    return storage_of(connection, found_experiment(connection, checkpoint->experiment_id), uuid);
  });
}

storage::Packed packed(const Services& services, const std::string& uuid,
                       const model::StorageConfiguration& storage) {
  const std::shared_ptr<const storage::CheckpointStore> store = services.storage_roots.open(storage);
  auto files = store->list(uuid);
  if (!files) {
    throw Error(Failure::storage,
                fmt::format("{}{}/{}/: no such file or directory",
                            storage::is_remote(storage) ? "" : "lstat ", store->address(), uuid));
  }
  std::erase_if(*files, [](const auto& file) { return file.path.ends_with('/'); });
  return {.store = store, .folder = uuid, .files = storage::files_of(*files)};
}

// Whatever keeps the storage from being read is the storage's failure, also what its configuration says.
storage::Packed packed_or_failed(const Services& services, const std::string& uuid, std::string_view type) {
  const auto storage = stored_in(services, uuid);
  try {
    return packed(services, uuid, storage);
  } catch (const Error& error) {
    throw failed(uuid, type, error.message);
  }
}

storage::Pieces archive(std::string_view type, storage::Packed packed) {
  if (type == zip_type) return storage::zip_stream(std::move(packed));
  auto tar = storage::tar_stream(std::move(packed));
  return type == gzip_type ? storage::gzip(std::move(tar)) : tar;
}

Response download(Services& services, const Call& call) {
  const auto uuid = checked_uuid(call.words[0]);
  const auto type = archive_type(call.request);
  if (!type) return unsupported(call.request);
  auto lease = services.leases.for_reading(uuid);
  if (!lease) throw Error(Failure::not_found, fmt::format("checkpoint '{}' is being deleted", uuid));
  auto files = packed_or_failed(services, uuid, *type);
  Response response{.headers = {{"Content-Type", std::string(*type)}}};
  if (*type == tar_type) response.length = storage::tar_size(files.files);
  response.stream = std::make_unique<ArchiveBody>(archive(*type, std::move(files)), std::move(lease));
  return response;
}

}  // namespace

std::vector<Route> archives(Services& services) {
  return {{"GET", "/checkpoints/{uuid}", [&](const Call& call) { return download(services, call); }}};
}

}  // namespace det::master::handlers
