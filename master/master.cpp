#include "master/master.hpp"

#include <fmt/format.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>

#include <utility>

#include "master/accounts.hpp"
#include "master/api.hpp"
#include "master/clock.hpp"
#include "master/collector.hpp"
#include "master/configuration.hpp"
#include "master/database.hpp"
#include "master/endings.hpp"
#include "master/http_server.hpp"
#include "master/passwords.hpp"
#include "master/repository/settings.hpp"
#include "master/services.hpp"
#include "master/timer.hpp"
#include "model/error.hpp"
#include "storage/remote_place.hpp"

namespace det::master {
namespace {

constexpr const char* owner = "determined";
constexpr const char* password_state = "first_password";

// A uuid that is made when it is first asked for.
std::string lasting_uuid(Database& database, std::string_view name) {
  return database.write([&](Connection& connection) {
    if (auto known = repository::setting(connection, name)) return *known;
    auto made = random_uuid();
    repository::set_setting(connection, name, made);
    return made;
  });
}

// The addresses of this machine, as a URL writes them.
std::vector<std::string> own_addresses() {
  std::vector<std::string> found;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return found;
  for (const auto* one = list; one != nullptr; one = one->ifa_next) {
    std::array<char, NI_MAXHOST> text{};
    const auto family = one->ifa_addr == nullptr ? AF_UNSPEC : one->ifa_addr->sa_family;
    const socklen_t length = family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    if (family != AF_INET && family != AF_INET6) continue;
    if (::getnameinfo(one->ifa_addr, length, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0)
      continue;
    found.push_back(family == AF_INET6 ? "[" + std::string(text.data()) + "]" : text.data());
  }
  ::freeifaddrs(list);
  return found;
}

// The names under which a master may be asked.
std::vector<std::string> hosts_of(const MasterOptions& options) {
  std::vector<std::string> hosts{"127.0.0.1", "localhost", "[::1]", options.address,
                                 "[" + options.address + "]"};
  hosts.insert(hosts.end(), options.host_names.begin(), options.host_names.end());
  if (options.address == "0.0.0.0" || options.address == "::") {
    const auto own = own_addresses();
    hosts.insert(hosts.end(), own.begin(), own.end());
  }
  return hosts;
}

std::optional<ObjectRoot> object_root(const MasterOptions& options) {
  if (options.checkpoint_storage.empty() || !options.surroundings) return std::nullopt;
  auto configuration = storage_of_document(options.checkpoint_storage);
  if (!storage::is_remote(configuration)) return std::nullopt;
  return ObjectRoot{.configuration = std::move(configuration), .surroundings = options.surroundings};
}

class LocalMaster final : public Master {
 public:
  explicit LocalMaster(const MasterOptions& options)
      : log_(options.log),
        database_(options.data_directory),
        accounts_(database_),
        services_(services(options)),
        collector_(services_, [this](std::string_view line) { log_(Severity::warning, line); }) {
    server_ = start_server({.address = options.address,
                            .port = options.port,
                            .body_limit = body_limit,
                            .certificate_pem = options.certificate_pem,
                            .key_pem = options.key_pem},
                           api(services_, hosts_of(options)));
    log_(Severity::info, fmt::format("listening on {}:{}, data in {}", options.address, server_->port(),
                                     options.data_directory.string()));
    make_first_users(options);
    sweep_after(longest_silence);
  }
  ~LocalMaster() override {
    sweeping_.reset();
    server_.reset();
    log_(Severity::info, "stopped");
  }
  LocalMaster(const LocalMaster&) = delete;
  LocalMaster& operator=(const LocalMaster&) = delete;

  int port() const override { return server_->port(); }
  std::string owner_token() override { return accounts_.sign_in_owner(owner).token; }
  const std::optional<std::string>& made_password() const override { return made_password_; }
  void password_was_seen() override { note_password("seen"); }

 private:
  // Runs of which nothing is heard end, now and then.
  void sweep_after(std::chrono::milliseconds time) {
    sweeping_->after(time, [this] {
      sweep();
      sweep_after(std::chrono::minutes{1});
    });
  }
  // One that fails is no reason to stop: the next may succeed.
  void sweep() {
    try {
      const auto endings = sweep_silent_experiments(database_, now());
      for (const auto id : endings.experiments) {
        log_(Severity::warning, fmt::format("experiment {} is silent: it ends as ERROR", id));
      }
      tell_of(services_, endings);
    } catch (const Error& error) {
      log_(Severity::error, error.message);
    }
  }

  Services services(const MasterOptions& options) {
    return {.identity = {.cluster_id = lasting_uuid(database_, "cluster_id"),
                         .master_id = lasting_uuid(database_, "master_id"),
                         .cluster_name = options.cluster_name},
            .database = database_,
            .accounts = accounts_,
            .timer = timer_,
            .storage_roots = StorageRoots(options.storage_roots, object_root(options)),
            .default_storage = options.checkpoint_storage};
  }

  // Only once it listens: a start that fails leaves no password behind that nobody has seen.
  void make_first_users(const MasterOptions& options) {
    const auto state = database_.read(
        [](Connection& connection) { return repository::setting(connection, password_state); });
    if (!state) note_password("unseen");
    const auto password = options.initial_password.value_or(random_secret().substr(0, 20));
    const bool made = accounts_.make_first_users(password);
    const bool unseen = state.value_or("unseen") == "unseen";
    if (!made && !unseen) return;
    if (!made) accounts_.set_passwords({"admin", owner}, password);
    if (!options.initial_password) made_password_ = password;
  }
  void note_password(std::string_view state) {
    database_.write(
        [&](Connection& connection) { repository::set_setting(connection, password_state, state); });
  }

  Log log_;
  Database database_;
  Accounts accounts_;
  Timer timer_;
  Services services_;
  Collector collector_;
  std::optional<std::string> made_password_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Timer> sweeping_ = std::make_unique<Timer>();
};

}  // namespace

std::unique_ptr<Master> start_master(const MasterOptions& options) {
  return std::make_unique<LocalMaster>(options);
}

}  // namespace det::master
