#include "commands/deploy/object_access.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "http/cancellation.hpp"
#include "http/curl_transport.hpp"
#include "http/proxy.hpp"
#include "model/error.hpp"
#include "storage/remotes.hpp"

namespace det::commands::deploy {
namespace {

class UntilSignal final : public http::Cancellation {
 public:
  explicit UntilSignal(const http::Cancellation& process) : process_(process) {}

  void check() const override {
    try {
      process_.check();
    } catch (const Error& error) {
      if (error.failure != Failure::timed_out) throw;
    }
  }
  int wake_descriptor() const override { return process_.wake_descriptor(); }
  std::optional<std::chrono::milliseconds> remaining() const override { return std::nullopt; }

 private:
  const http::Cancellation& process_;
};

// Variables that name files and folders of the native tools.
constexpr std::array<std::string_view, 6> naming_files{"AWS_CONFIG_FILE",
                                                       "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                                                       "AWS_SHARED_CREDENTIALS_FILE",
                                                       "AWS_WEB_IDENTITY_TOKEN_FILE",
                                                       "CLOUDSDK_CONFIG",
                                                       "GOOGLE_APPLICATION_CREDENTIALS"};

// The environment of the process, where names of files are meant from `here`. "~/" is of the home directory.
http::Environment seen_from(const std::filesystem::path& here, const Context& context) {
  return [here, &context](const std::string& name) {
    auto value = context.environment(name);
    const bool names_file = std::find(naming_files.begin(), naming_files.end(), name) != naming_files.end();
    if (value && !value->empty() && names_file && !value->starts_with("~/")) value = (here / *value).native();
    return value;
  };
}

}  // namespace

std::function<storage::Surroundings()> object_access(const Context& context) {
  // Read later, by a process that lives elsewhere.
  std::error_code unknown;
  const auto environment = seen_from(std::filesystem::current_path(unknown), context);
  http::TransportOptions options;
  options.proxies = http::proxies_of(environment);
  // Whoever waits for an archive holds one of the server's threads.
  options.first_byte_timeout = std::chrono::seconds{30};
  const auto& authorities = context.globals().cacert;
  if (!authorities.empty()) options.ca_file = std::filesystem::absolute(authorities).native();
  return [options, environment, until = std::make_shared<UntilSignal>(context.cancellation())] {
    return storage::surroundings(options, environment, *until);
  };
}

}  // namespace det::commands::deploy
