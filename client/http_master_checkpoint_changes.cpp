#include "client/call_path.hpp"
#include "client/http_master_calls.hpp"
#include "wire/checkpoint.hpp"
#include "wire/checkpoint_changes.hpp"

namespace det::client {
namespace {

void check_uuids(const std::vector<std::string>& uuids) {
  for (const auto& uuid : uuids) check_uuid(uuid);
}

}  // namespace

void HttpMaster::delete_checkpoints(const std::vector<std::string>& uuids) {
  check_uuids(uuids);
  exchange_.change(
      {.method = "DELETE", .path = "/api/v1/checkpoints", .body = wire::encode_checkpoint_deletion(uuids)});
}

void HttpMaster::remove_checkpoint_files(const std::vector<std::string>& uuids,
                                         const std::vector<std::string>& globs) {
  check_uuids(uuids);
  exchange_.change(
      {.method = "POST", .path = "/api/v1/checkpoints/rm", .body = wire::encode_file_removal(uuids, globs)});
}

model::Checkpoint HttpMaster::set_checkpoint_metadata(const std::string& uuid, const model::Json& metadata) {
  check_uuid(uuid);
  return wire::decode_checkpoint_answer(
      exchange_.body({.method = "POST",
                      .path = CallPath("/api/v1/checkpoints").part(uuid).part("metadata").text(),
                      .body = wire::encode_checkpoint_metadata(uuid, metadata)}));
}

}  // namespace det::client
