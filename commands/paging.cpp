#include "commands/paging.hpp"

#include <algorithm>
#include <string>

#include "commands/arguments.hpp"

namespace det::commands {

void add_paging(Arguments& arguments, PagingOptions& options) {
  arguments
      .option("--limit", options.limit, "N",
              "maximum items per page of results (default: " + std::to_string(options.limit) + ")")
      .at_least(-1);
  arguments.option("--offset", options.offset, "N", "number of items to skip before the first page");
  arguments.option("--pages", options.pages, "TEXT", "'all' fetches all available data, '1' a single page")
      .one_of({"1", "all"});
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
