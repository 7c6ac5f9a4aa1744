#include "tests/support/loopback_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
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

class PlainPeer final : public Peer {
 public:
  explicit PlainPeer(int socket) : socket_(socket) {}

  std::string request() override {
    while (true) {
      const auto end = received_.find("\r\n\r\n");
      if (end != std::string::npos) {
        const auto whole = end + 4 + content_length(std::string_view(received_).substr(0, end + 2));
        if (received_.size() >= whole) return take(whole);
      }
      if (!receive()) return {};
    }
  }

  bool send(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  void await_close() override {
    while (receive()) received_.clear();
  }

  // Closed with lingering time 0, a socket sends RST; the owner's close() follows.
  void reset() override {
    const linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

 private:
  bool receive() {
    std::array<char, 16384> bytes{};
    const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (got <= 0) return false;
    received_.append(bytes.data(), static_cast<std::size_t>(got));
    return true;
  }

  std::string take(std::size_t size) {
    std::string first = received_.substr(0, size);
    received_.erase(0, size);
    return first;
  }

  int socket_;
  std::string received_;
};

}  // namespace

std::unique_ptr<Peer> plain_peer(int socket) {
  return std::make_unique<PlainPeer>(socket);
}

LoopbackServer::LoopbackServer(std::vector<Script> connections, PeerFactory make_peer)
    : connections_(std::move(connections)),
      make_peer_(std::move(make_peer)),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
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
  script(*make_peer_(socket));
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
