#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/config_file.hpp"
#include "cli/settings.hpp"

namespace det::cli {

// Looks a setting up in the environment and in the two configurations. What is not set, or set to nothing in
// the environment, is absent.
class SettingLookup {
 public:
  SettingLookup(const http::Environment& environment, const std::filesystem::path& user_configuration,
                const std::filesystem::path& system_configuration);

  std::optional<Setting<std::string>> variable(const std::string& name) const;
  // "0", "false", "no" and "off" in any case are no, all else is yes.
  std::optional<Setting<bool>> variable_flag(const std::string& name) const;

  // Each throws Error{usage} for a value of another kind.
  std::optional<Setting<std::string>> configured_text(const std::string& key) const;
  std::optional<Setting<bool>> configured_flag(const std::string& key) const;
  std::optional<Setting<double>> configured_number(const std::string& key) const;

  // "FILE:LINE: there is no setting named KEY" for each that was not in `known`.
  std::vector<std::string> unknown_settings(const std::vector<std::string>& known) const;

 private:
  template <typename T>
  std::optional<Setting<T>> configured(const std::string& key, const char* kind) const;

  const http::Environment& environment_;
  std::array<Config, 2> configurations_;  // the user's goes before the system's
};

}  // namespace det::cli
