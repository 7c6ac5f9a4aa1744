#include <memory>
#include <ostream>

#include "commands/arguments.hpp"
#include "commands/description_output.hpp"
#include "commands/naming.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/checkpoint_table.hpp"
#include "formatting/file_table.hpp"
#include "formatting/json.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string uuid;
  bool files = false;
};

formatting::Table description(const model::Checkpoint& checkpoint) {
  return {formatting::describe_columns(), {formatting::describe_row(checkpoint)}};
}

formatting::Table files_of(const model::Checkpoint& checkpoint) {
  formatting::Table table{formatting::file_columns(), {}};
  for (const auto& file : checkpoint.files) table.rows.push_back(formatting::file_row(file));
  return table;
}

void run(const Options& options, Context& context) {
  const auto source = context.source({});
  const auto checkpoint = naming("failed to describe checkpoint " + options.uuid,
                                 [&] { return source->checkpoint(options.uuid); });
  if (context.globals().json) {
    context.out() << formatting::json_text(formatting::checkpoint_json(checkpoint)) << '\n';
    return;
  }
  print_table(context, ListForm::table, description(checkpoint));
  if (!options.files) return;
  context.out() << '\n';
  print_table(context, ListForm::table, files_of(checkpoint));
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("uuid", options->uuid, "checkpoint to describe").completes(Completion::checkpoint);
  arguments.flag("--files", options->files, "list its files too");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command checkpoint_describe{
    "checkpoint describe",
    "",
    "describe checkpoint",
    "det checkpoint describe 46985143-af68-4d48-ab91-a6447052ca49\n"
    "det c describe 46985143-af68-4d48-ab91-a6447052ca49 --files\n"
    "det c describe 46985143-af68-4d48-ab91-a6447052ca49 --json",
    attach,
    Asks::master};

}  // namespace det::commands
