#include "wire/answers.hpp"
#include "wire/json_text.hpp"

namespace det::wire {
namespace {

std::string when(const model::LogRecord& line) {
  return line.written ? time_text(*line.written) : std::string();
}

// "[TIME] CONTAIN [rank=N] || LEVEL: TEXT", with 8 letters of the container or as many blanks.
std::string message_of(const model::LogRecord& line) {
  const auto container = line.container_id.substr(0, 8);
  auto message = "[" + when(line) + "] " + container + std::string(8 - container.size(), ' ');
  if (line.rank) message += " [rank=" + std::to_string(*line.rank) + "]";
  message += " || ";
  if (!line.level.empty()) message += line.level + ": ";
  return message + line.text;
}

ObjectText lead(const model::LogRecord& line) {
  ObjectText object;
  object.int64("id", line.id).optional_text("timestamp", when(line)).text("message", message_of(line));
  object.text("level", "LOG_LEVEL_" + (line.level.empty() ? std::string("UNSPECIFIED") : line.level));
  return object;
}

void add_if_any(ObjectText& object, std::string_view key, const std::string& value) {
  if (!value.empty()) object.text(key, value);
}

std::string finished(ObjectText& object, const model::LogRecord& line) {
  add_if_any(object, "agentId", line.agent_id);
  add_if_any(object, "containerId", line.container_id);
  if (line.rank) object.integer("rankId", *line.rank);
  object.text("log", line.text);
  add_if_any(object, "source", line.source);
  add_if_any(object, "stdtype", line.stdtype);
  return object.finish();
}

std::string words_text(const std::vector<std::string>& words) {
  return array_text(words, [](const std::string& word) { return string_text(word); });
}

}  // namespace

std::string log_text(const model::LogRecord& line) {
  auto object = lead(line);
  object.integer("trialId", line.trial_id);
  return finished(object, line);
}

std::string task_log_text(const model::LogRecord& line) {
  auto object = lead(line);
  object.text("taskId", line.task_id);
  add_if_any(object, "allocationId", line.allocation_id);
  return finished(object, line);
}

std::string log_fields_text(const LogFields& fields) {
  return ObjectText()
      .document("agentIds", words_text(fields.agents))
      .document("allocationIds", words_text(fields.allocations))
      .document("containerIds", words_text(fields.containers))
      .document("rankIds", array_text(fields.ranks, [](auto rank) { return std::to_string(rank); }))
      .document("sources", words_text(fields.sources))
      .document("stdtypes", words_text(fields.stdtypes))
      .finish();
}

}  // namespace det::wire
