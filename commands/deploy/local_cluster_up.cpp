#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <chrono>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "client/session.hpp"
#include "commands/arguments.hpp"
#include "commands/deploy/background.hpp"
#include "commands/deploy/cluster.hpp"
#include "commands/deploy/object_access.hpp"
#include "commands/gc_wait.hpp"
#include "commands/naming.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/json.hpp"
#include "formatting/values.hpp"
#include "master/configuration.hpp"
#include "master/master.hpp"
#include "model/error.hpp"

namespace det::commands {
namespace {

namespace fs = std::filesystem;
using deploy::Started;

struct Options {
  std::optional<std::string> master_config_path;
  std::optional<std::string> storage_host_path;
  std::vector<std::string> storage_roots;
  std::optional<std::string> initial_user_password;
  int master_port = 8080;
  std::string cluster_name = "determined";
  std::string bind_address = "127.0.0.1";
  std::vector<std::string> host_names;
  std::optional<std::string> tls_cert;
  std::optional<std::string> tls_key;
  bool allow_plain_http = false;
  bool foreground = false;
  std::vector<std::string> ignored;  // flags of the official tool about containers
};

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "localhost" || address == "::1";
}

void refuse_contradictions(const Options& options) {
  if (options.master_config_path && options.storage_host_path)
    throw Error(Failure::usage, "--master-config-path and --storage-host-path exclude each other");
  if (options.tls_cert.has_value() != options.tls_key.has_value())
    throw Error(Failure::usage, "--tls-cert and --tls-key go together");
  if (!is_loopback(options.bind_address) && !options.tls_cert && !options.allow_plain_http) {
    throw Error(Failure::usage,
                "beyond this machine, passwords and tokens must not travel in the clear: give --tls-cert and "
                "--tls-key, or --allow-plain-http where the network is trusted");
  }
  if (options.initial_user_password && options.initial_user_password->empty())
    throw Error(Failure::usage, "no user may have an empty password");
}

std::string file_text(const std::optional<std::string>& file) {
  return file ? master::configuration_text(*file) : std::string();
}

master::MasterOptions master_options(const Options& options, const fs::path& folder) {
  const auto storage = fs::absolute(options.storage_host_path.value_or((folder / "checkpoints").string()));
  auto configuration = options.master_config_path ? master::read_configuration(*options.master_config_path)
                                                  : master::configuration_of_storage(storage);
  master::MasterOptions wanted{
      .data_directory = folder,
      .cluster_name = options.cluster_name == "determined" ? "" : options.cluster_name,
      .address = options.bind_address,
      .port = options.master_port,
      .host_names = options.host_names,
      .initial_password = options.initial_user_password,
      .checkpoint_storage = std::move(configuration.checkpoint_storage),
      .storage_roots = std::move(configuration.storage_roots),
      .certificate_pem = file_text(options.tls_cert),
      .key_pem = file_text(options.tls_key)};
  wanted.storage_roots.push_back(folder);
  for (const auto& root : options.storage_roots) wanted.storage_roots.push_back(fs::absolute(root));
  return wanted;
}

std::string url_of(const Options& options, int port) {
  const bool anywhere = options.bind_address == "0.0.0.0" || options.bind_address == "::";
  const auto host = !options.host_names.empty()                     ? options.host_names.front()
                    : anywhere || is_loopback(options.bind_address) ? std::string("localhost")
                                                                    : options.bind_address;
  return fmt::format("{}://{}:{}", options.tls_cert ? "https" : "http", host, port);
}

// What of a running master is kept in its folder, as long as it runs.
class Noted {
 public:
  Noted(const fs::path& folder, const std::string& url) : folder_(folder) {
    deploy::note_running(folder, url);
  }
  ~Noted() { deploy::forget_running(folder_); }
  Noted(const Noted&) = delete;
  Noted& operator=(const Noted&) = delete;

 private:
  fs::path folder_;
};

void serve(const Options& options, const master::MasterOptions& wanted, Context& context,
           const std::function<void(const Started&)>& ready) {
  auto logged = wanted;
  logged.log = master::file_log(deploy::log_file(wanted.data_directory));
  const auto running = master::start_master(logged);
  const Started started{url_of(options, running->port()), running->owner_token(), running->made_password()};
  const Noted noted(wanted.data_directory, started.url);
  ready(started);
  running->password_was_seen();
  deploy::wait_for_stop(context);
}

// Also under its other name, when it listens on this machine.
void sign_in(const Started& started, Context& context) {
  context.session({started.url, ""}).adopt("determined", started.token);
  constexpr std::string_view name = "://localhost:";
  const auto at = started.url.find(name);
  if (at == std::string::npos) return;
  auto numeric = started.url;
  context.session({numeric.replace(at, name.size(), "://127.0.0.1:"), ""}).adopt("determined", started.token);
}

void print(const Started& started, const fs::path& folder, Context& context) {
  if (context.globals().json) {
    model::Json object;
    object["url"] = started.url;
    object["data_directory"] = folder.string();
    object["user"] = "determined";
    object["password"] = started.password ? model::Json(*started.password) : model::Json();
    context.out() << formatting::json_text(object) << '\n' << std::flush;
    return;
  }
  context.out() << "The master answers at " << started.url << "\n";
  if (started.password)
    context.out() << "Password of the users determined and admin, shown only now: " << *started.password
                  << "\n";
  context.out() << "Signed in as determined; its data lie in " << formatting::terminal_safe(folder.string())
                << "\n";
  if (started.url != "http://localhost:8080") context.out() << "export DET_MASTER=" << started.url << "\n";
  context.out() << std::flush;
}

void make_folder(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) throw Error(Failure::local_disk, "could not make " + folder.string() + ": " + failed.message());
  ::chmod(folder.c_str(), 0700);
}

void say_running(const deploy::RunningMaster& running, const fs::path& folder, Context& context) {
  context.err() << "the master in " << formatting::terminal_safe(folder.string()) << " runs already, at "
                << running.url << " (process " << running.pid << ")\n";
  if (context.globals().json) print({.url = running.url, .token = ""}, folder, context);
}

// Two starts at once: the one that comes second waits for the first to say where it answers.
std::optional<deploy::RunningMaster> started_by_another(const fs::path& folder, Context& context) {
  constexpr std::chrono::milliseconds step{50};
  const auto pause = real_pause(context);
  for (std::chrono::milliseconds waited{0}; waited < std::chrono::seconds{5}; waited += step) {
    if (const auto running = deploy::running_master(folder)) return running;
    pause(step);
  }
  return std::nullopt;
}

void start(const Options& options, const fs::path& folder, Context& context) {
  make_folder(folder);
  // Here and not in the process that serves: it lives elsewhere, and names of files are meant from here.
  auto wanted = master_options(options, folder);
  wanted.surroundings = deploy::object_access(context);
  const auto ready = [&](const Started& started) {
    sign_in(started, context);
    print(started, folder, context);
  };
  if (options.foreground) return serve(options, wanted, context, ready);
  ready(deploy::start_in_background(
      deploy::log_file(folder), [&](const auto& is_ready) { serve(options, wanted, context, is_ready); },
      context));
}

void run(const Options& options, Context& context) {
  refuse_contradictions(options);
  if (options.initial_user_password) deploy::hide_arguments();
  if (!options.ignored.empty()) {
    context.err() << fmt::format("ignored, there are no containers here: {}\n",
                                 fmt::join(options.ignored, ", "));
  }
  const auto folder = deploy::cluster_folder(context, options.cluster_name);
  if (const auto running = deploy::running_master(folder)) return say_running(*running, folder, context);
  naming("failed to start the master", [&] {
    try {
      start(options, folder, context);
    } catch (const Error& error) {
      if (error.failure != Failure::held) throw;
      const auto running = started_by_another(folder, context);
      if (!running) throw;
      say_running(*running, folder, context);
    }
  });
}

void add_docker_flags(Arguments& arguments, const std::shared_ptr<Options>& options) {
  const auto* help = "accepted as officially, and ignored: there are no containers here";
  for (const std::string flag : {"--det-version", "--db-password", "--auto-work-dir"}) {
    arguments
        .option(
            flag, [options, flag](const std::string&) { options->ignored.push_back(flag); }, "TEXT", help)
        .completes(Completion::nothing);
  }
  for (const std::string flag : {"--gpu", "--no-gpu", "--no-autorestart", "--enterprise-edition"}) {
    arguments.flag(
        flag, [options, flag] { options->ignored.push_back(flag); }, help);
  }
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments
      .option("--master-config-path", options->master_config_path, "FILE",
              "configuration of the master (YAML): the default checkpoint_storage")
      .completes(Completion::file);
  arguments
      .option("--storage-host-path", options->storage_host_path, "DIR",
              "where checkpoints are stored by default")
      .completes(Completion::directory);
  arguments
      .option("--storage-root", options->storage_roots, "DIR",
              "a further directory below which checkpoints may be served and collected; may be repeated")
      .completes(Completion::directory);
  arguments
      .option("--initial-user-password", options->initial_user_password, "PASSWORD",
              "password of the first users, determined and admin (default: one is made, and shown once)")
      .completes(Completion::nothing);
  arguments
      .option("--master-port", options->master_port, "PORT",
              "port to listen on (default: 8080); 0: any that is free")
      .between(0, 65535);
  arguments
      .option("--cluster-name", options->cluster_name, "NAME",
              "name of the cluster, one master each (default: determined)")
      .completes(Completion::nothing);
  arguments
      .option("--bind-address", options->bind_address, "ADDRESS", "address to listen on (default: 127.0.0.1)")
      .completes(Completion::nothing);
  arguments
      .option("--host-name", options->host_names, "NAME",
              "a further name under which the master may be asked; may be repeated")
      .completes(Completion::nothing);
  arguments.option("--tls-cert", options->tls_cert, "FILE", "certificate chain for TLS (PEM)")
      .completes(Completion::file);
  arguments.option("--tls-key", options->tls_key, "FILE", "its key (PEM)").completes(Completion::file);
  arguments.flag("--allow-plain-http", options->allow_plain_http, "listen beyond this machine without TLS");
  arguments.flag("--foreground", options->foreground, "serve in this process, until Ctrl-C");
  add_docker_flags(arguments, options);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command deploy_local_cluster_up{
    "deploy local cluster-up",
    "",
    "start a master on this machine",
    "det deploy local cluster-up\n"
    "det deploy local cluster-up --master-port 8081 --cluster-name second\n"
    "det deploy local cluster-up --foreground --storage-host-path /data/checkpoints",
    attach,
    Asks::nobody};

}  // namespace det::commands
