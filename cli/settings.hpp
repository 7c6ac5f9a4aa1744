#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "client/session.hpp"
#include "commands/context.hpp"
#include "http/curl_transport.hpp"
#include "http/proxy.hpp"
#include "http/retry.hpp"

namespace det::cli {

// A value and where it came from: a flag, a variable of the environment, "FILE:LINE" of a configuration, or
// "default".
template <typename T>
struct Setting {
  T value = {};
  std::string origin = "default";
};

// How the master's certificate is judged over TLS.
struct Trust {
  http::Verification verification = http::Verification::full;
  std::string ca_file =
      {};  // trusted beside the system's authorities; empty: what certs.json says of the master
};

// Everything that a command can be told from outside. Each comes from the first that gives it: flag,
// environment, the user's configuration ($XDG_CONFIG_HOME/det/config.toml), the system's
// (/etc/det/config.toml), default.
struct Settings {
  Setting<std::string> master;  // canonical
  Setting<std::optional<std::string>> user;
  Setting<std::optional<std::string>> source;
  Setting<std::string> color;     // auto, always, never
  Setting<std::string> progress;  // auto, bar, plain, json, none
  Setting<std::optional<std::chrono::milliseconds>> timeout;
  Setting<Trust> trust;
  Setting<bool> no_input;
  Setting<bool> debug;

  // Only the environment gives the rest of these.
  client::Identity identity;  // its user_flag is `user` where a flag or a configuration gave it
  std::string verified_name;  // DET_MASTER_CERT_NAME: the name that the master's certificate must bear
  http::RetryPolicy retry;
  http::Proxies proxies;
  std::filesystem::path login_directory;  // of auth.json and certs.json, shared with the official client

  std::vector<std::string> warnings;  // a sentence for each setting that is not known
};

struct SettingSources {
  const commands::Globals& globals;
  const http::Environment& environment;
  std::filesystem::path system_configuration = "/etc/det/config.toml";
};

// Reads the two configurations where they exist, and nothing else. Throws Error{usage} for a value that
// cannot be used, naming where it stands.
Settings resolve_settings(const SettingSources& sources);

}  // namespace det::cli
