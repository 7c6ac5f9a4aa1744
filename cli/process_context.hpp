#pragma once

#include <memory>

#include "cli/interrupt.hpp"
#include "cli/settings.hpp"
#include "commands/context.hpp"
#include "http/proxy.hpp"

namespace det::cli {

struct Streams {
  std::ostream& out;
  std::ostream& err;
  std::istream& in;
  commands::Terminal terminal;
};

enum class Purpose {
  command,
  completion,  // by a token that is there or not at all, at the first try
};

// The context of a real process: settings resolved, transport, session and master opened on first use.
std::unique_ptr<commands::Context> process_context(const commands::Globals& globals, const Streams& streams,
                                                   const http::Environment& environment, Interrupt& interrupt,
                                                   Purpose purpose);

}  // namespace det::cli
