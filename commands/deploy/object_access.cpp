#include "commands/deploy/object_access.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
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

}  // namespace

std::function<storage::Surroundings()> object_access(const Context& context) {
  const http::Environment environment = [&context](const std::string& name) {
    return context.environment(name);
  };
  http::TransportOptions options;
  options.proxies = http::proxies_of(environment);
  // Whoever waits for an archive holds one of the server's threads.
  options.first_byte_timeout = std::chrono::seconds{30};
  // Read later, by a process that lives elsewhere.
  const auto& authorities = context.globals().cacert;
  if (!authorities.empty()) options.ca_file = std::filesystem::absolute(authorities).native();
  return [options, environment, until = std::make_shared<UntilSignal>(context.cancellation())] {
    return storage::surroundings(options, environment, *until);
  };
}

}  // namespace det::commands::deploy
