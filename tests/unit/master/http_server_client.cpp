#include "tests/unit/master/http_server_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <stdexcept>

namespace det::testing {
namespace {

constexpr timeval patience{10, 0};

// A header's value, of a head as the server writes it; empty when there is none.
std::string value_of(const std::string& head, const std::string& name) {
  const auto at = head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 4;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

}  // namespace

RawClient::RawClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  ::setsockopt(socket_.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_.number(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (::connect(socket_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("the server cannot be reached");
  }
}

bool RawClient::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

RawAnswer RawClient::answer(std::string_view method) {
  RawAnswer answer;
  for (auto next = line(); next != "\r\n"; next = line()) {
    if (next.empty()) return answer;
    answer.head += next;
  }
  answer.status = std::stoi(answer.head.substr(9, 3));
  const auto length = value_of(answer.head, "Content-Length");
  if (method == "HEAD" || answer.status == 100 || answer.status == 204) {
    answer.is_whole = true;
  } else if (!length.empty()) {
    answer.body = bytes(std::stoul(length));
    answer.is_whole = answer.body.size() == std::stoul(length);
  } else {
    read_chunks(answer);
  }
  return answer;
}

void RawClient::read_chunks(RawAnswer& answer) {
  while (true) {
    const auto size_line = line();
    if (size_line.empty()) return;
    const auto size = std::stoul(size_line, nullptr, 16);
    const auto chunk = bytes(size);
    answer.body += chunk;
    if (chunk.size() < size || line() != "\r\n") return;
    if (size == 0) {
      answer.is_whole = true;
      return;
    }
  }
}

std::string RawClient::bytes(std::size_t count) {
  while (received_.size() < count && receive()) {
  }
  auto taken = received_.substr(0, count);
  received_.erase(0, taken.size());
  return taken;
}

// With its end; empty when the connection ends before.
std::string RawClient::line() {
  auto end = received_.find("\r\n");
  while (end == std::string::npos) {
    if (!receive()) return {};
    end = received_.find("\r\n");
  }
  return bytes(end + 2);
}

bool RawClient::is_closed() {
  errno = 0;
  while (receive()) {
  }
  return errno == 0 || errno == ECONNRESET;
}

// Closed with lingering time 0, a socket sends RST.
void RawClient::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket_ = {};
}

void RawClient::shut_writing() const {
  ::shutdown(socket_.number(), SHUT_WR);
}

bool RawClient::receive() {
  std::array<char, 16384> bytes{};
  const auto got = ::recv(socket_.number(), bytes.data(), bytes.size(), 0);
  if (got <= 0) return false;
  received_.append(bytes.data(), static_cast<std::size_t>(got));
  return true;
}

std::string get(std::string_view path, std::string_view more) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(more) + "\r\n";
}

std::string post(std::string_view path, std::string_view body) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

}  // namespace det::testing
