#include "client/call_path.hpp"
#include "client/http_master_calls.hpp"
#include "client/refusal.hpp"
#include "wire/log_line.hpp"
#include "wire/object.hpp"
#include "wire/object_stream.hpp"
#include "wire/tree.hpp"

namespace det::client {
namespace {

void add_all(CallPath& path, std::string_view name, const std::vector<std::string>& values) {
  for (const auto& value : values) path.with(name, value);
}

std::string logs_path(const LogQuery& query) {
  CallPath path = trial_path(query.trial_id).part("logs");
  add_all(path, "agentIds", query.agents);
  add_all(path, "containerIds", query.containers);
  path.with("follow", query.follow ? "true" : "false");
  add_all(path, "levels", query.levels);
  if (query.limit) path.with("limit", *query.limit);
  if (query.newest_first) path.with("orderBy", "ORDER_BY_DESC");
  add_all(path, "rankIds", query.ranks);
  add_all(path, "sources", query.sources);
  add_all(path, "stdtypes", query.stdtypes);
  if (query.after) path.with("timestampAfter", *query.after);
  if (query.before) path.with("timestampBefore", *query.before);
  return path.text();
}

model::LogLine decoded(const wire::PaddedText& object, const wire::Place& place) {
  const auto tree = wire::parse_tree(object, place);
  if (const auto failure = wire::decode_stream_failure(tree)) throw refusal(failure->status, failure->text);
  const wire::Object fields(tree, place);
  return wire::decode_log_line(fields.field("result"), fields.at("result"));
}

}  // namespace

// A followed log is not compressed: a line must not wait for the compressor's next block.
void HttpMaster::trial_logs(const LogQuery& query, const Sink<model::LogLine>& sink,
                            const std::function<void()>& caught_up) {
  const auto answer =
      exchange_.open({.path = logs_path(query), .compressed = !query.follow, .patient = query.follow});
  wire::ObjectStream stream;
  for (auto piece = answer->next(); !piece.empty(); piece = answer->next()) {
    const bool go_on = stream.feed(piece, [&](const wire::PaddedText& object, const wire::Place& place) {
      return sink(decoded(object, place));
    });
    if (!go_on) return;
    caught_up();
  }
  stream.finish();
}

}  // namespace det::client
