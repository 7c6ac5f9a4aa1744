#include "cli/settings.hpp"

#include <pwd.h>
#include <strings.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "cli/setting_lookup.hpp"
#include "client/address.hpp"
#include "model/error.hpp"

namespace det::cli {
namespace {

using commands::Globals;
using std::filesystem::path;

// The user's home; absent in the rare surroundings that have none.
std::optional<path> home(const http::Environment& environment) {
  if (const auto set = environment("HOME"); set && !set->empty()) return path(*set);
  const passwd* entry = ::getpwuid(::geteuid());
  return entry == nullptr || entry->pw_dir == nullptr ? std::nullopt : std::optional<path>(entry->pw_dir);
}

path configuration_directory(const http::Environment& environment) {
  if (const auto set = environment("XDG_CONFIG_HOME"); set && !set->empty()) return path(*set);
  if (const auto where = home(environment)) return *where / ".config";
  throw Error(Failure::usage, "there is no home directory: neither HOME nor XDG_CONFIG_HOME is set")
      .advising("export XDG_CONFIG_HOME=DIRECTORY");
}

// Where the official client keeps its logins.
path login_directory(const http::Environment& environment) {
  if (const auto set = environment("DET_DEBUG_CONFIG_PATH"); set && !set->empty()) return path(*set);
  return configuration_directory(environment) / "determined";
}

// The first that is given.
template <typename T>
Setting<T> first_of(std::initializer_list<std::optional<Setting<T>>> candidates, Setting<T> otherwise) {
  for (const auto& candidate : candidates) {
    if (candidate) return *candidate;
  }
  return otherwise;
}

template <typename T>
std::optional<Setting<T>> flag(const std::optional<T>& value, const char* name) {
  return value ? std::optional(Setting<T>{*value, name}) : std::nullopt;
}

template <typename T>
Setting<std::optional<T>> if_any(const std::optional<Setting<T>>& setting) {
  if (!setting) return {};
  return {setting->value, setting->origin};
}

// Every accepted word of a setting is on its list.
Setting<std::string> word(Setting<std::string> setting, const std::vector<std::string>& accepted) {
  if (std::find(accepted.begin(), accepted.end(), setting.value) != accepted.end()) return setting;
  std::string choices;
  for (const auto& choice : accepted) choices += (choices.empty() ? "" : ", ") + choice;
  throw Error(Failure::usage, setting.origin + ": '" + setting.value + "' is none of " + choices);
}

Setting<std::string> master(const Globals& globals, const SettingLookup& lookup) {
  auto chosen = first_of({flag(globals.master, "--master"), lookup.variable("DET_MASTER"),
                          lookup.variable("DET_MASTER_ADDR"), lookup.configured_text("master")},
                         {"localhost:8080", "default"});
  try {
    chosen.value = client::canonical_address(chosen.value);
  } catch (const Error& error) {
    throw error.within(chosen.origin);
  }
  return chosen;
}

// DET_USER names somebody only together with DET_PASS: a container has the first one always.
Setting<std::optional<std::string>> user(const Globals& globals, const SettingLookup& lookup,
                                         const http::Environment& environment) {
  const auto named = environment("DET_PASS") ? lookup.variable("DET_USER") : std::nullopt;
  if (globals.user) return {globals.user, "--user"};
  return if_any(named ? named : lookup.configured_text("user"));
}

Setting<std::optional<std::string>> source(const Globals& globals, const SettingLookup& lookup) {
  if (globals.source) return {globals.source, "--source"};
  const auto named = lookup.variable("DET_SOURCE");
  return if_any(named ? named : lookup.configured_text("source"));
}

// What https://no-color.org and CLICOLOR ask for. TERM=dumb is weaker than both.
std::optional<Setting<std::string>> color_of_environment(const SettingLookup& lookup) {
  if (lookup.variable("NO_COLOR")) return Setting<std::string>{"never", "NO_COLOR"};
  const auto forced = lookup.variable("CLICOLOR_FORCE");
  if (forced && forced->value != "0") return Setting<std::string>{"always", "CLICOLOR_FORCE"};
  const auto terminal = lookup.variable("TERM");
  if (terminal && terminal->value == "dumb") return Setting<std::string>{"never", "TERM"};
  return std::nullopt;
}

// A flag that says "auto" is as good as none.
std::optional<Setting<std::string>> flag_unless_auto(const std::string& value, const char* name) {
  return value == "auto" ? std::nullopt : std::optional(Setting<std::string>{value, name});
}

Setting<std::string> color(const Globals& globals, const SettingLookup& lookup) {
  return word(first_of({flag_unless_auto(globals.color, "--color"), color_of_environment(lookup),
                        lookup.configured_text("color")},
                       {"auto", "default"}),
              {"auto", "always", "never"});
}

Setting<std::string> progress(const Globals& globals, const SettingLookup& lookup) {
  return word(first_of({flag_unless_auto(globals.progress, "--progress"), lookup.variable("DET_PROGRESS"),
                        lookup.configured_text("progress")},
                       {"auto", "default"}),
              {"auto", "bar", "plain", "json", "none"});
}

Setting<std::optional<std::chrono::milliseconds>> timeout(const Globals& globals,
                                                          const SettingLookup& lookup) {
  const auto flagged = flag(globals.timeout_seconds, "--timeout");
  const auto chosen = flagged ? flagged : lookup.configured_number("timeout");
  if (!chosen) return {};
  constexpr double longest_seconds = 1e9;  // some thirty years
  if (!(chosen->value > 0 && chosen->value <= longest_seconds)) {
    throw Error(Failure::usage, chosen->origin + ": a timeout is a number of seconds above 0");
  }
  return {std::chrono::milliseconds(std::llround(std::ceil(chosen->value * 1000))), chosen->origin};
}

Setting<Trust> trust_of_file(const Setting<std::string>& file) {
  return {{http::Verification::full, file.value}, file.origin};
}

Setting<Trust> trust_in_anyone(const std::string& origin) {
  return {{http::Verification::none, ""}, origin};
}

Setting<Trust> trust(const Globals& globals, const SettingLookup& lookup) {
  if (globals.insecure && !globals.cacert.empty()) {
    throw Error(Failure::usage, "--cacert and --insecure exclude each other");
  }
  if (globals.insecure) return trust_in_anyone("--insecure");
  if (!globals.cacert.empty()) return trust_of_file({globals.cacert, "--cacert"});
  if (const auto file = lookup.variable("DET_MASTER_CERT_FILE")) {
    const bool anyone = strcasecmp(file->value.c_str(), "noverify") == 0;
    return anyone ? trust_in_anyone(file->origin) : trust_of_file(*file);
  }
  const auto insecure = lookup.configured_flag("insecure");
  if (insecure && insecure->value) return trust_in_anyone(insecure->origin);
  if (const auto file = lookup.configured_text("cacert")) return trust_of_file(*file);
  return {};
}

Setting<bool> yes_or_no(bool flagged, const char* flag_name, const std::optional<Setting<bool>>& variable,
                        const std::optional<Setting<bool>>& configured) {
  if (flagged) return {true, flag_name};
  return first_of({variable, configured}, {false, "default"});
}

client::Identity identity(const Settings& settings, const SettingLookup& lookup,
                          const http::Environment& environment) {
  const auto text = [](const std::optional<Setting<std::string>>& set) {
    return set ? std::optional(set->value) : std::nullopt;
  };
  client::Identity who;
  if (settings.user.origin != "DET_USER") who.user_flag = settings.user.value;
  who.user = text(lookup.variable("DET_USER"));
  who.password = environment("DET_PASS");  // the empty one is a password, too
  who.user_token = text(lookup.variable("DET_USER_TOKEN"));
  who.auth_token = text(lookup.variable("DET_AUTH_TOKEN"));
  return who;
}

}  // namespace

Settings resolve_settings(const SettingSources& sources) {
  const auto& globals = sources.globals;
  const auto& environment = sources.environment;
  const SettingLookup lookup(environment, configuration_directory(environment) / "det" / "config.toml",
                             sources.system_configuration);
  Settings settings;
  settings.master = master(globals, lookup);
  settings.user = user(globals, lookup, environment);
  settings.source = source(globals, lookup);
  settings.color = color(globals, lookup);
  settings.progress = progress(globals, lookup);
  settings.timeout = timeout(globals, lookup);
  settings.trust = trust(globals, lookup);
  settings.no_input = yes_or_no(globals.no_input, "--no-input", lookup.variable_flag("DET_NO_INPUT"),
                                lookup.configured_flag("no_input"));
  settings.debug =
      yes_or_no(globals.debug, "--debug", lookup.variable_flag("DET_DEBUG"), lookup.configured_flag("debug"));
  settings.identity = identity(settings, lookup, environment);
  settings.verified_name = environment("DET_MASTER_CERT_NAME").value_or("");
  if (const auto retry = lookup.variable("DET_RETRY_CONFIG"))
    settings.retry = http::retry_policy(retry->value);
  settings.proxies = http::proxies_of(environment);
  settings.login_directory = login_directory(environment);
  settings.warnings = lookup.unknown_settings({"cacert", "color", "debug", "insecure", "master", "no_input",
                                               "progress", "source", "timeout", "user"});
  return settings;
}

}  // namespace det::cli
