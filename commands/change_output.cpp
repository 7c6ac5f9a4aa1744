#include "commands/change_output.hpp"

#include <ostream>

#include "commands/context.hpp"
#include "formatting/json.hpp"

namespace det::commands {

void print_change(Context& context, std::string_view sentence, const model::Json& document) {
  if (!context.globals().json) context.out() << sentence << '\n';
  print_change(context, document);
}

void print_change(Context& context, const model::Json& document) {
  if (context.globals().json) context.out() << formatting::json_text(document) << '\n';
}

}  // namespace det::commands
