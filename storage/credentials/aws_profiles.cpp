#include "storage/credentials/aws_profiles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "model/error.hpp"
#include "storage/credentials/credential_file.hpp"
#include "storage/relative_path.hpp"

namespace det::storage::credentials {
namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return result;
}

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return std::toupper(c); });
  return result;
}

// What of a line is no comment: one begins the line, or comes after a blank.
std::string_view without_comment(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool mark = line[i] == '#' || line[i] == ';';
    if (mark && (i == 0 || blanks.find(line[i - 1]) != std::string_view::npos)) return line.substr(0, i);
  }
  return line;
}

// The name in "[name]", or in "[profile "a name"]" with its words told apart by one space; absent for what is
// no section.
std::optional<std::string> section_name(std::string_view line) {
  if (!line.starts_with('[') || !line.ends_with(']')) return std::nullopt;
  std::string name(trimmed(line.substr(1, line.size() - 2)));
  const auto space = name.find_first_of(blanks);
  if (space == std::string::npos) return name;
  auto second = trimmed(std::string_view(name).substr(space));
  if (second.size() >= 2 && second.front() == second.back() &&
      (second.front() == '"' || second.front() == '\'')) {
    second = second.substr(1, second.size() - 2);
  }
  return name.substr(0, space) + " " + std::string(second);
}

class SectionReader {
 public:
  void read(std::string_view line) {
    const auto text = trimmed(without_comment(line));
    if (text.empty()) return;
    const bool indented = blanks.find(line.front()) != std::string_view::npos;
    if (const auto name = section_name(text); name && !indented) {
      section_ = &sections_[*name];
      outer_.clear();
      return;
    }
    const auto equals = text.find('=');
    if (section_ == nullptr || equals == std::string_view::npos) return;
    const auto name = lower(trimmed(text.substr(0, equals)));
    const auto value = std::string(trimmed(text.substr(equals + 1)));
    if (indented && !outer_.empty()) {
      (*section_)[outer_ + "." + name] = value;
      return;
    }
    (*section_)[name] = value;
    outer_ = value.empty() ? name : "";
  }

  AwsSections sections() { return std::move(sections_); }

 private:
  AwsSections sections_;
  AwsSettings* section_ = nullptr;
  std::string outer_;  // a setting without a value, to which indented lines belong
};

AwsSections sections_of(const std::filesystem::path& file) {
  if (file.empty()) return {};
  return aws_sections(credential_file(file).value_or(""));
}

std::filesystem::path file_named(const Surroundings& surroundings, const char* name, const char* usual) {
  const auto named = variable(surroundings.environment, name);
  const auto& home = surroundings.home;
  if (named.starts_with("~/") && !home.empty()) return home / named.substr(2);
  if (!named.empty()) return named;
  return home.empty() ? std::filesystem::path() : home / ".aws" / usual;
}

}  // namespace

AwsSections aws_sections(std::string_view text) {
  SectionReader reader;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    reader.read(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reader.sections();
}

bool is_aws_region(std::string_view text) {
  const auto plain = [](unsigned char c) { return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '-'; };
  return !text.empty() && text.size() < 64 && std::all_of(text.begin(), text.end(), plain);
}

std::string_view aws_domain(std::string_view region) {
  return region.starts_with("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}

AwsProfiles::AwsProfiles(const Surroundings& surroundings)
    : environment_(surroundings.environment),
      credentials_file_(file_named(surroundings, "AWS_SHARED_CREDENTIALS_FILE", "credentials")),
      config_file_(file_named(surroundings, "AWS_CONFIG_FILE", "config")),
      chosen_(variable(environment_, "AWS_PROFILE")) {
  if (chosen_.empty()) chosen_ = variable(environment_, "AWS_DEFAULT_PROFILE");
  chosen_by_user_ = !chosen_.empty();
  if (!chosen_by_user_) chosen_ = "default";
  profiles_ = sections_of(credentials_file_);
  for (auto& [name, settings] : sections_of(config_file_)) {
    constexpr std::string_view profile = "profile ";
    constexpr std::string_view services = "services ";
    if (name.starts_with(services)) services_[name.substr(services.size())] = settings;
    if (name == "default") profiles_[name].merge(settings);
    if (name.starts_with(profile)) profiles_[name.substr(profile.size())].merge(settings);
  }
}

std::string AwsProfiles::described() const {
  return fmt::format("profile {} of {} and {}", printable(chosen_), printable(credentials_file_.native()),
                     printable(config_file_.native()));
}

const AwsSettings* AwsProfiles::find(std::string_view profile) const {
  const auto found = profiles_.find(profile);
  return found == profiles_.end() ? nullptr : &found->second;
}

std::string AwsProfiles::region() const {
  const auto* profile = find(chosen_);
  auto region = variable(environment_, "AWS_REGION");
  if (region.empty()) region = variable(environment_, "AWS_DEFAULT_REGION");
  if (region.empty() && profile != nullptr) region = setting(*profile, "region");
  if (region.empty()) return "us-east-1";
  if (is_aws_region(region)) return region;
  throw Error(Failure::storage, fmt::format("'{}' is not the name of an AWS region", printable(region)))
      .advising("export AWS_REGION=us-east-1");
}

std::vector<std::string> AwsProfiles::endpoints(const std::string& service) const {
  if (lower(variable(environment_, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) == "true") return {};
  std::vector<std::string> found{variable(environment_, "AWS_ENDPOINT_URL_" + upper(service)),
                                 variable(environment_, "AWS_ENDPOINT_URL")};
  if (const auto* profile = find(chosen_)) {
    const auto services = services_.find(setting(*profile, "services"));
    if (services != services_.end()) found.push_back(setting(services->second, service + ".endpoint_url"));
    found.push_back(setting(*profile, "endpoint_url"));
  }
  std::erase(found, "");
  return found;
}

std::string variable(const http::Environment& environment, const std::string& name) {
  return environment(name).value_or("");
}

std::string setting(const AwsSettings& settings, std::string_view name) {
  const auto found = settings.find(name);
  return found == settings.end() ? std::string() : found->second;
}

}  // namespace det::storage::credentials
