#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/master.hpp"
#include "commands/context.hpp"

namespace det::commands {

class Arguments;

// Which lines of a log are asked for.
struct LogOptions {
  bool follow = false;
  std::optional<int> head;
  std::optional<int> tail;
  std::vector<std::string> agents;
  std::vector<std::string> containers;
  std::vector<std::string> ranks;
  std::vector<std::string> sources;
  std::vector<std::string> stdtypes;
  std::optional<std::string> level;  // without the prefix of the API's word
  std::optional<std::string> before, after;
};

// The flags of `trial logs` and `experiment logs`, as officially.
void add_log_flags(Arguments& arguments, LogOptions& options);

// Throws Error{usage} for flags that exclude each other.
void refuse_contradictions(const LogOptions& options);

// Prints the log of a trial line by line as it arrives, or as JSON objects; of `tail`, once it has come. Ends
// with the official tool's sentence, on stderr where JSON was asked for.
void print_log(Context& context, client::Master& master, const Reference& trial, const LogOptions& options);

}  // namespace det::commands
