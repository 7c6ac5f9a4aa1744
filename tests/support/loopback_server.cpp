#include "tests/support/loopback_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>
#include <utility>

namespace det::testing {
namespace {

constexpr timeval patience{10, 0};

std::size_t content_length(std::string_view head) {
  const std::string_view name = "Content-Length: ";
  const auto at = head.find(name);
  return at == std::string_view::npos ? 0 : std::stoul(std::string(head.substr(at + name.size(), 20)));
}

class PlainChannel final : public Channel {
 public:
  explicit PlainChannel(int socket) : socket_(socket) {}

  ssize_t receive(char* bytes, std::size_t size) override { return ::recv(socket_, bytes, size, 0); }
  ssize_t send(const char* bytes, std::size_t size) override {
    return ::send(socket_, bytes, size, MSG_NOSIGNAL);
  }

 private:
  int socket_;
};

}  // namespace

std::unique_ptr<Channel> plain_channel(int socket) {
  return std::make_unique<PlainChannel>(socket);
}

Peer::Peer(int socket, std::unique_ptr<Channel> channel) : socket_(socket), channel_(std::move(channel)) {}

std::string Peer::request() {
  while (true) {
    const auto end = received_.find("\r\n\r\n");
    if (end != std::string::npos) {
      const auto whole = end + 4 + content_length(std::string_view(received_).substr(0, end + 2));
      if (received_.size() >= whole) {
        std::string first = received_.substr(0, whole);
        received_.erase(0, whole);
        return first;
      }
    }
    if (!receive()) return {};
  }
}

bool Peer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = channel_->send(bytes.data(), bytes.size());
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void Peer::await_close() {
  while (receive()) received_.clear();
}

// Closed with lingering time 0, a socket sends RST; its owner closes it.
void Peer::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

bool Peer::receive() {
  std::array<char, 16384> bytes{};
  const ssize_t got = channel_->receive(bytes.data(), bytes.size());
  if (got <= 0) return false;
  received_.append(bytes.data(), static_cast<std::size_t>(got));
  return true;
}

LoopbackServer::LoopbackServer(std::vector<Script> connections, ChannelFactory make_channel)
    : connections_(std::move(connections)),
      make_channel_(std::move(make_channel)),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to closed sockets; `det` ignores it, too
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 8) != 0 ||
      ::getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error("the loopback server could not listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { accept_all(); });
}

LoopbackServer::~LoopbackServer() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
  }
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
}

std::string LoopbackServer::authority() const {
  return "127.0.0.1:" + std::to_string(port_);
}

void LoopbackServer::accept_all() {
  std::vector<std::thread> served;
  for (const auto& script : connections_) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) break;
    served.emplace_back([this, &script, socket] { serve(script, socket); });
  }
  ::shutdown(listener_, SHUT_RDWR);
  for (auto& thread : served) thread.join();
}

void LoopbackServer::serve(const Script& script, int socket) {
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  {
    const std::lock_guard lock(mutex_);
    open_.insert(socket);
    if (stopped_) ::shutdown(socket, SHUT_RDWR);
  }
  Peer peer(socket, make_channel_(socket));
  script(peer);
  const std::lock_guard lock(mutex_);
  open_.erase(socket);
  ::close(socket);
}

LoopbackServer::Script answering(std::vector<std::string> answers) {
  return [answers = std::move(answers)](Peer& peer) {
    for (const auto& answer : answers) {
      if (peer.request().empty()) return;
      peer.send(answer);
    }
    peer.await_close();
  };
}

std::string http_answer(std::string_view body, std::string_view more_headers) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(more_headers) + "\r\n" + std::string(body);
}

}  // namespace det::testing
