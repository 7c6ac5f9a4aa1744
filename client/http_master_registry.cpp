#include "client/call_path.hpp"
#include "client/http_master_calls.hpp"
#include "client/list_answer.hpp"
#include "model/error.hpp"
#include "wire/model_registry.hpp"
#include "wire/pagination.hpp"

namespace det::client {
namespace {

// Every page of a list. The master chooses how long a page is.
void read_pages(Exchange& exchange, const CallPath& path, const std::string& list, const TakeTree& take) {
  for (std::int64_t offset = 0;;) {
    CallPath page = path;
    const auto answer = exchange.open({.path = page.with("offset", std::to_string(offset)).text()});
    const model::Json rest = read_trees(*answer, list, take);
    const wire::Pagination pagination = wire::decode_pagination(rest);
    if (pagination.end_index >= pagination.total) return;
    if (pagination.end_index <= offset) wire::invalid("its pages of " + list + " do not advance");
    offset = pagination.end_index;
  }
}

// Adds the checkpoints of one model's versions. A model that was deleted meanwhile has none.
void read_versions(Exchange& exchange, const CallPath& versions, std::set<std::string>& uuids) {
  try {
    read_pages(exchange, versions, "modelVersions",
               [&](const model::Json& element, const wire::Place& place) {
                 uuids.insert(wire::decode_registered_checkpoint(element, place));
                 return true;
               });
  } catch (const Error& error) {
    if (error.failure != Failure::not_found) throw;
  }
}

}  // namespace

std::set<std::string> HttpMaster::registered_checkpoints() {
  const CallPath models("/api/v1/models");
  std::set<std::string> names;
  read_pages(exchange_, models, "models", [&](const model::Json& element, const wire::Place& place) {
    names.insert(wire::decode_model_name(element, place));
    return true;
  });
  std::set<std::string> uuids;
  for (const std::string& name : names) {
    read_versions(exchange_, CallPath(models).part(name).part("versions"), uuids);
  }
  return uuids;
}

}  // namespace det::client
