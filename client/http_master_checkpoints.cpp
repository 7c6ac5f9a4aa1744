#include "client/call_path.hpp"
#include "client/http_master_calls.hpp"
#include "client/list_answer.hpp"
#include "wire/checkpoint.hpp"

namespace det::client {

// In one request, and compressed: for each page a master loads and sorts everything, and the rows repeat most
// of their bytes.
void HttpMaster::checkpoints(const CheckpointQuery& query, const Sink<model::Checkpoint>& sink) {
  CallPath path = query.scope == CheckpointScope::trial ? trial_path(query.id) : experiment_path(query.id);
  path.part("checkpoints").with("sortByAttr", "SORT_BY_END_TIME");
  const auto answer = exchange_.open({.path = path.text()});
  wire::CheckpointDecoder decoder;
  const model::Json rest =
      read_elements(*answer, "checkpoints", [&](const wire::PaddedText& element, const wire::Place& place) {
        return sink(decoder.decode(element, place));
      });
  check_list(rest, "checkpoints");
}

model::Checkpoint HttpMaster::checkpoint(const std::string& uuid) {
  check_uuid(uuid);
  return wire::decode_checkpoint_answer(
      exchange_.body({.path = CallPath("/api/v1/checkpoints").part(uuid).text()}));
}

std::unique_ptr<http::Response> HttpMaster::archive(const std::string& uuid, ArchiveFormat format) {
  check_uuid(uuid);
  return exchange_.open({.path = CallPath("/checkpoints").part(uuid).text(),
                         .accept = format == ArchiveFormat::tar ? "application/x-tar" : "application/gzip",
                         .compressed = false,
                         .unchanging = true});
}

}  // namespace det::client
