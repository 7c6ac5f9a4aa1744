#include "cli/failure_text.hpp"

#include "cli/exit_code.hpp"
#include "formatting/json.hpp"
#include "formatting/values.hpp"

namespace det::cli {

std::string failure_text(const Error& error) {
  auto text = "det: " + formatting::terminal_safe(error.message) + '\n';
  if (!error.next.empty()) text += "try: " + formatting::terminal_safe(error.next) + '\n';
  return text;
}

std::string failure_json(const Error& error) {
  model::Json object;
  object["code"] = static_cast<int>(exit_code(error.failure));
  object["message"] = error.message;
  object["cause"] = error.cause;
  object["next"] = error.next.empty() ? model::Json() : model::Json(error.next);
  object["retryable"] = error.retryable;
  object["http_status"] = error.http_status ? model::Json(*error.http_status) : model::Json();
  return formatting::json_text(object, {.indent = -1}) + '\n';
}

}  // namespace det::cli
