#pragma once

#include <functional>
#include <string>

#include "client/master.hpp"

namespace det::commands {

class Arguments;

// The official paging flags. limit 0 or -1: everything in one page; a negative offset counts from the end.
struct PagingOptions {
  int limit = 200;
  int offset = 0;
  std::string pages = "all";
};

void add_paging(Arguments& arguments, PagingOptions& options);

// Asks page after page as the options say. `ask` delivers one page and returns the master's total;
// `delivered` counts the elements that have arrived so far in all pages.
void each_page(const PagingOptions& options, const int& delivered,
               const std::function<int(const client::Paging&)>& ask);

}  // namespace det::commands
