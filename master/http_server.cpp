#include "master/http_server.hpp"

#include <fcntl.h>
#include <malloc.h>
#include <microhttpd.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <cstdarg>
#include <cstdio>
#include <utility>

#include "master/http_exchange.hpp"
#include "master/http_framing.hpp"
#include "master/http_listener.hpp"
#include "master/microhttpd_library.hpp"
#include "model/error.hpp"

namespace det::master {
namespace {

// Of each connection, beyond the head of a request: what libmicrohttpd keeps beside it.
constexpr std::size_t beside_head = std::size_t{8} << 10U;
constexpr int large_block = 1 << 20;  // of memory that malloc maps by itself
constexpr std::size_t io_stack = std::size_t{512} << 10U;

using Held = std::shared_ptr<Exchange>;  // what libmicrohttpd keeps for a request, on the heap

void* on_target(void* site, const char* target, MHD_Connection* connection) {
  try {
    return new Held(std::make_shared<Exchange>(*static_cast<Site*>(site), connection, target));
  } catch (...) {  // no memory; nothing may be thrown through libmicrohttpd
    return nullptr;
  }
}

MHD_Result on_step(void*, MHD_Connection*, const char*, const char* method, const char*, const char* bytes,
                   std::size_t* size, void** held) {
  if (*held == nullptr) return MHD_NO;
  try {
    return (*static_cast<Held*>(*held))->step(method, bytes, *size);
  } catch (...) {  // likewise
    return MHD_NO;
  }
}

void on_end(void*, MHD_Connection*, void** held, MHD_RequestTerminationCode) {
  const std::unique_ptr<Held> exchange(static_cast<Held*>(std::exchange(*held, nullptr)));
  if (exchange) (*exchange)->end();
}

void on_connection(void* site, MHD_Connection* connection, void**, MHD_ConnectionNotificationCode event) {
  auto& known = *static_cast<Site*>(site);
  const int socket =
      microhttpd_library().get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
  if (event == MHD_CONNECTION_NOTIFY_CLOSED) return known.deadlines.forget(socket);
  known.deadlines.set(socket, known.options.longest_head_time);
}

// What libmicrohttpd has to say while it starts: why it does not.
class StartLog {
 public:
  [[gnu::format(printf, 2, 0)]] static void note(void* self, const char* format, std::va_list arguments) {
    auto& log = *static_cast<StartLog*>(self);
    if (log.over_) return;
    std::array<char, 512> text{};
    std::vsnprintf(text.data(), text.size(), format, arguments);
    log.text_ = text.data();
    while (!log.text_.empty() && log.text_.back() == '\n') log.text_.pop_back();
  }

  std::string finish() {
    over_ = true;
    return text_;
  }

 private:
  std::atomic<bool> over_ = false;
  std::string text_;
};

class HttpServer final : public Server {
 public:
  HttpServer(ServerOptions options, Handler handler)
      : site_{.options = std::move(options), .handler = std::move(handler)} {
    const auto listening = listen_on(site_.options.address, site_.options.port);
    port_ = port_of(listening.number());
    daemon_ = start(listening);
    const auto said = log_.finish();
    if (daemon_ == nullptr) {
      throw Error(Failure::unclassified, said.empty() ? "libmicrohttpd refused" : said)
          .within("could not start the HTTP server");
    }
  }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer() override { HttpServer::stop(); }

  int port() const override { return port_; }

  void stop() override {
    if (daemon_ == nullptr) return;
    const auto& library = microhttpd_library();
    // Shut down now, so that clients are refused, but closed when the thread that accepts is gone.
    const storage::Descriptor listening(library.quiesce_daemon(daemon_));
    if (listening) ::shutdown(listening.number(), SHUT_RDWR);
    site_.departures.close(site_.options.grace);
    library.stop_daemon(std::exchange(daemon_, nullptr));
    site_.workers->stop();
  }

 private:
  // libmicrohttpd owns what it listens on, so it gets a duplicate.
  MHD_Daemon* start(const storage::Descriptor& listening) {
    const auto& options = site_.options;
    const auto number = [](auto value) { return static_cast<std::intptr_t>(value); };
    const auto callback = [](auto function) { return reinterpret_cast<std::intptr_t>(function); };
    const auto pem = [](const std::string& text) { return const_cast<char*>(text.c_str()); };
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    std::vector<MHD_OptionItem> items{
        {MHD_OPTION_LISTEN_SOCKET, ::fcntl(listening.number(), F_DUPFD_CLOEXEC, 0), nullptr},
        {MHD_OPTION_URI_LOG_CALLBACK, callback(on_target), &site_},
        {MHD_OPTION_NOTIFY_COMPLETED, callback(on_end), nullptr},
        {MHD_OPTION_NOTIFY_CONNECTION, callback(on_connection), &site_},
        {MHD_OPTION_CONNECTION_LIMIT, number(options.most_connections), nullptr},
        {MHD_OPTION_CONNECTION_TIMEOUT, number(options.longest_silence.count()), nullptr},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, number(options.longest_head + beside_head), nullptr},
        {MHD_OPTION_THREAD_STACK_SIZE, number(io_stack), nullptr},
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, nullptr}};
    if (site_.has_tls()) {
      flags |= MHD_USE_TLS;
      items.push_back({MHD_OPTION_HTTPS_MEM_CERT, 0, pem(options.certificate_pem)});
      items.push_back({MHD_OPTION_HTTPS_MEM_KEY, 0, pem(options.key_pem)});
    }
    items.push_back({MHD_OPTION_END, 0, nullptr});
    return microhttpd_library().start_daemon(flags, 0, nullptr, nullptr, on_step, nullptr,
                                             MHD_OPTION_EXTERNAL_LOGGER, StartLog::note, &log_,
                                             MHD_OPTION_ARRAY, items.data(), MHD_OPTION_END);
  }

  Site site_;
  StartLog log_;
  int port_ = 0;
  MHD_Daemon* daemon_ = nullptr;
};

}  // namespace

class Responder::Answer {
 public:
  explicit Answer(std::function<void(Response)> deliver) : deliver_(std::move(deliver)) {}
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;
  ~Answer() {
    if (!sent_) send(plain_answer(500));
  }

  void send(Response response) {
    if (!sent_.exchange(true)) deliver_(std::move(response));
  }

 private:
  std::function<void(Response)> deliver_;
  std::atomic<bool> sent_ = false;
};

Responder::Responder(std::function<void(Response)> deliver)
    : answer_(std::make_shared<Answer>(std::move(deliver))) {}

void Responder::send(Response response) const {
  answer_->send(std::move(response));
}

std::unique_ptr<Server> start_server(ServerOptions options, Handler handler) {
  // Fixed, or it would rise with the first body that is freed, and the next ones would come from a heap.
  ::mallopt(M_MMAP_THRESHOLD, large_block);
  return std::make_unique<HttpServer>(std::move(options), std::move(handler));
}

}  // namespace det::master
