#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "commands/context.hpp"

namespace det::commands::deploy {

// What a master says of itself once it answers.
struct Started {
  std::string url;
  std::string token;                         // of its owner
  std::optional<std::string> password = {};  // that was made for its first users
};

// Serves until it is told to stop; calls `ready` once it answers, which throws when nobody wants to know any
// more.
using Serve = std::function<void(const std::function<void(const Started&)>& ready)>;

// Runs `serve` in a process of its own that outlives this one, without a terminal, in /, with what it prints
// appended to `log`. Returns when it is ready. Throws the Error that it ended with before;
// when this process is told to stop first, so is that one.
Started start_in_background(const std::filesystem::path& log, const Serve& serve, const Context& context);

// What this process was called with, and ps shows, becomes "det deploy local cluster-up": a password may
// stand in it.
void hide_arguments();

// Returns when a signal asks this process to stop; --timeout is about starting, and does not.
void wait_for_stop(const Context& context);

}  // namespace det::commands::deploy
