#include "cli/process_context.hpp"

#include <map>
#include <ostream>

#include "cli/version.hpp"
#include "client/address.hpp"
#include "client/http_master.hpp"
#include "client/token_store.hpp"
#include "client/trusted_certificate.hpp"
#include "commands/prompt.hpp"
#include "commands/reference.hpp"
#include "formatting/values.hpp"
#include "http/bulk.hpp"
#include "http/retry.hpp"
#include "model/error.hpp"
#include "sources/determined.hpp"
#include "sources/directory.hpp"
#include "storage/remotes.hpp"

namespace det::cli {
namespace {

// One master and the way to it, opened when a command first asks.
struct Connection {
  std::unique_ptr<http::Transport> transport;
  std::unique_ptr<client::TokenStore> tokens;
  std::unique_ptr<client::Session> session;
  std::unique_ptr<client::Master> master;
};

// The global options with what the environment and the files add.
commands::Globals completed(commands::Globals globals, const Settings& settings) {
  globals.source = settings.source.value;
  globals.color = settings.color.value;
  globals.progress = settings.progress.value;
  globals.no_input = settings.no_input.value;
  globals.debug = settings.debug.value;
  return globals;
}

// The master that a source's URI names.
std::string source_address(const std::string& uri) {
  if (uri.starts_with("http://") || uri.starts_with("https://")) return client::canonical_address(uri);
  if (commands::named_directory(uri)) {
    throw Error(Failure::usage, "only a master can do this, and '" + uri + "' is a directory")
        .advising("-m http://HOST:PORT, without --source");
  }
  throw Error(Failure::usage, "this version reads masters and dir:PATH, not the source '" + uri + "'")
      .advising("-m http://HOST:PORT");
}

Settings settings_for(Purpose purpose, const SettingSources& sources) {
  auto settings = resolve_settings(sources);
  if (purpose == Purpose::command) return settings;
  settings.no_input.value = true;
  settings.identity.signs_in = false;
  settings.retry.retries = 0;
  return settings;
}

class ProcessContext final : public commands::Context {
 public:
  ProcessContext(const commands::Globals& globals, const Streams& streams,
                 const http::Environment& environment, Interrupt& interrupt, Purpose purpose)
      : settings_(settings_for(purpose, {globals, environment})),
        purpose_(purpose),
        globals_(completed(globals, settings_)),
        streams_(streams),
        environment_(environment),
        interrupt_(interrupt) {
    if (settings_.timeout.value) interrupt_.stop_after(*settings_.timeout.value);
    for (const auto& warning : settings_.warnings) warn(warning);
  }

  std::ostream& out() override { return streams_.out; }
  std::ostream& err() override { return streams_.err; }
  std::istream& in() override { return streams_.in; }
  const commands::Globals& globals() const override { return globals_; }
  const commands::Terminal& terminal() const override { return streams_.terminal; }
  const http::Cancellation& cancellation() const override { return interrupt_; }
  void stop() override { interrupt_.stop(); }
  std::optional<std::string> environment(const std::string& name) const override {
    return environment_(name);
  }

  client::Master& master(const commands::Reference& reference) override {
    return *connection(address_of(reference)).master;
  }
  client::Session& session(const commands::Reference& reference) override {
    return *connection(address_of(reference)).session;
  }
  std::unique_ptr<sources::Source> source(const commands::Reference& reference) override {
    const auto& named = reference.source ? reference.source : settings_.source.value;
    const auto path = named ? commands::named_directory(*named) : std::nullopt;
    if (!path) return sources::determined(master(reference), remotes_, interrupt_);
    return sources::directory(*path, interrupt_, [this](std::string_view line) { warn(line); });
  }

 private:
  std::string address_of(const commands::Reference& reference) const {
    const auto named = reference.source ? reference.source : settings_.source.value;
    return named ? source_address(*named) : settings_.master.value;
  }

  Connection& connection(const std::string& address) {
    auto& one = connections_[address];
    if (one.master) return one;
    one.transport = transport(address);
    client::TokenStore::Warn warn_of_tokens;
    if (purpose_ == Purpose::command) warn_of_tokens = [this](std::string_view text) { warn(text); };
    one.tokens = std::make_unique<client::TokenStore>(settings_.login_directory, address, interrupt_,
                                                      std::move(warn_of_tokens));
    one.session = std::make_unique<client::Session>(address, *one.transport, *one.tokens,
                                                    identity_for(address), password_prompt());
    one.master = client::http_master(*one.transport, *one.session);
    return one;
  }

  client::PasswordPrompt password_prompt() {
    return {.ask =
                [this](const std::string& prompt) {
                  return commands::ask_password(*this, formatting::terminal_safe(prompt));
                },
            .at_terminal = streams_.terminal.in && !globals_.no_input};
  }

  // What names a user and a secret in the environment is meant for the current master only.
  client::Identity identity_for(const std::string& address) const {
    if (address == settings_.master.value) return settings_.identity;
    client::Identity other;
    other.user_flag = settings_.identity.user_flag;
    other.signs_in = settings_.identity.signs_in;
    return other;
  }

  std::unique_ptr<http::Transport> transport(const std::string& address) {
    http::TransportOptions options;
    options.user_agent = "det/" + version();
    // What DET_MASTER_CERT_FILE and DET_MASTER_CERT_NAME say is said of the current master only.
    const bool current = address == settings_.master.value;
    const bool meant = current || !settings_.trust.origin.starts_with("DET_");
    const Trust trust = meant ? settings_.trust.value : Trust{};
    options.verification = trust.verification;
    options.ca_file = trust.ca_file;
    if (current) options.verified_name = settings_.verified_name;
    options.proxies = settings_.proxies;
    if (options.ca_file.empty() && address.starts_with("https://")) {
      options.ca_pem = client::trusted_certificate(settings_.login_directory, address).value_or("");
    }
    if (settings_.debug.value) options.trace = [this](std::string_view line) { warn(line); };
    return http::retrying(http::curl_transport(std::move(options), interrupt_), settings_.retry,
                          http::real_retry_clock(interrupt_));
  }

  // Of no master: its certificate, its name and its retries are another matter.
  http::TransportOptions storage_transport() {
    http::TransportOptions options;
    options.user_agent = "det/" + version();
    options.proxies = settings_.proxies;
    options.ca_file = globals_.cacert;
    if (settings_.debug.value) options.trace = [this](std::string_view line) { warn(line); };
    return options;
  }

  storage::RemoteAccess remote_access() {
    return {.surroundings =
                [this] { return storage::surroundings(storage_transport(), environment_, interrupt_); },
            .open_bulk = [this] { return http::curl_bulk(storage_transport()); },
            .rule = {storage::storage_retries(), http::real_retry_clock(interrupt_)}};
  }

  // Of any thread.
  void warn(std::string_view line) { err() << formatting::terminal_safe(line) + '\n'; }

  Settings settings_;
  Purpose purpose_;
  commands::Globals globals_;
  Streams streams_;
  http::Environment environment_;
  Interrupt& interrupt_;
  std::map<std::string, Connection> connections_;
  storage::Remotes remotes_{remote_access(), interrupt_};
};

}  // namespace

std::unique_ptr<commands::Context> process_context(const commands::Globals& globals, const Streams& streams,
                                                   const http::Environment& environment, Interrupt& interrupt,
                                                   Purpose purpose) {
  return std::make_unique<ProcessContext>(globals, streams, environment, interrupt, purpose);
}

}  // namespace det::cli
