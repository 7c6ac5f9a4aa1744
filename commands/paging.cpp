#include "commands/paging.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <string>

#include "commands/count.hpp"

namespace det::commands {

void add_paging(CLI::App& app, PagingOptions& options) {
  require_at_least(
      -1, app.add_option("--limit", options.limit,
                         "maximum items per page of results (default: " + std::to_string(options.limit) + ")")
              ->type_name("N"));
  app.add_option("--offset", options.offset, "number of items to skip before the first page")->type_name("N");
  app.add_option("--pages", options.pages, "'all' fetches all available data, '1' a single page")
      ->check(CLI::IsMember({"1", "all"}));
}

void each_page(const PagingOptions& options, const int& delivered,
               const std::function<int(const client::Paging&)>& ask) {
  int offset = options.offset;
  while (true) {
    const int before = delivered;
    const int total = ask({.offset = offset, .limit = options.limit});
    const int start = offset < 0 ? std::max(total + offset, 0) : offset;
    offset = start + (delivered - before);
    if (delivered == before || offset >= total || options.pages == "1") return;
  }
}

}  // namespace det::commands
