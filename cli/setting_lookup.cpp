#include "cli/setting_lookup.hpp"

#include <strings.h>

#include <algorithm>
#include <utility>

#include "model/error.hpp"

namespace det::cli {

SettingLookup::SettingLookup(const http::Environment& environment,
                             const std::filesystem::path& user_configuration,
                             const std::filesystem::path& system_configuration)
    : environment_(environment),
      configurations_{read_config(user_configuration), read_config(system_configuration)} {}

std::optional<Setting<std::string>> SettingLookup::variable(const std::string& name) const {
  auto value = environment_(name);
  if (!value || value->empty()) return std::nullopt;
  return Setting<std::string>{std::move(*value), name};
}

std::optional<Setting<bool>> SettingLookup::variable_flag(const std::string& name) const {
  const auto set = variable(name);
  if (!set) return std::nullopt;
  constexpr std::array<const char*, 4> denials{"0", "false", "no", "off"};
  const bool denied = std::any_of(denials.begin(), denials.end(), [&](const char* word) {
    return strcasecmp(word, set->value.c_str()) == 0;
  });
  return Setting<bool>{!denied, name};
}

std::optional<Setting<std::string>> SettingLookup::configured_text(const std::string& key) const {
  return configured<std::string>(key, "a text");
}

std::optional<Setting<bool>> SettingLookup::configured_flag(const std::string& key) const {
  return configured<bool>(key, "true or false");
}

std::optional<Setting<double>> SettingLookup::configured_number(const std::string& key) const {
  return configured<double>(key, "a number");
}

template <typename T>
std::optional<Setting<T>> SettingLookup::configured(const std::string& key, const char* kind) const {
  for (const auto& configuration : configurations_) {
    const auto found = configuration.find(key);
    if (found == configuration.end()) continue;
    if (const T* value = std::get_if<T>(&found->second.value)) return Setting<T>{*value, found->second.place};
    throw Error(Failure::usage, found->second.place + ": " + key + " must be " + kind);
  }
  return std::nullopt;
}

std::vector<std::string> SettingLookup::unknown_settings(const std::vector<std::string>& known) const {
  std::vector<std::string> sentences;
  for (const auto& configuration : configurations_) {
    for (const auto& [key, value] : configuration) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      sentences.push_back(value.place + ": there is no setting named " + key);
    }
  }
  return sentences;
}

}  // namespace det::cli
