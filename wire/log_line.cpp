#include "wire/log_line.hpp"

#include "wire/error_body.hpp"
#include "wire/object.hpp"

namespace det::wire {

model::LogLine decode_log_line(const model::Json& tree, const Place& place) {
  const Object fields(tree, place);
  model::LogLine line;
  line.id = fields.text("id");
  line.timestamp = fields.text("timestamp");
  line.level = fields.text("level");
  line.message = fields.text("message");
  line.trial_id = fields.integer("trialId");
  line.agent_id = fields.optional_text("agentId");
  line.container_id = fields.optional_text("containerId");
  line.rank = fields.optional_integer("rankId");
  line.source = fields.optional_text("source");
  line.stdtype = fields.optional_text("stdtype");
  line.text = fields.optional_text("log");
  return line;
}

std::optional<StreamFailure> decode_stream_failure(const model::Json& object) {
  const auto error = object.find("error");
  if (error == object.end() || error->is_null()) return std::nullopt;
  StreamFailure failure{.status = 0, .text = error_text(object.dump())};
  if (!error->is_object()) return failure;
  const auto status = error->find("httpCode");
  if (status != error->end() && status->is_number_integer()) failure.status = status->get<int>();
  return failure;
}

}  // namespace det::wire
