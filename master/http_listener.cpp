#include "master/http_listener.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cctype>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include "model/error.hpp"

namespace det::master {
namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

std::string place(const std::string& address, int port) {
  const bool is_v6 = address.find(':') != std::string::npos;
  return fmt::format("{0}{1}{2}:{3}", is_v6 ? "[" : "", address, is_v6 ? "]" : "", port);
}

Error failure(const std::string& address, int port, std::string why) {
  if (!why.empty()) why[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(why[0])));
  return Error(Failure::unclassified, why).within("could not listen on " + place(address, port));
}

Addresses resolved(const std::string& address, int port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &wanted, &found);
  if (error != 0) throw failure(address, port, ::gai_strerror(error));
  return {found, ::freeaddrinfo};
}

// Absent, with errno set, when it cannot be had.
storage::Descriptor listener(const addrinfo& address) {
  storage::Descriptor socket(
      ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, address.ai_protocol));
  const int yes = 1;
  const bool listens = socket &&
                       ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
                       ::bind(socket.number(), address.ai_addr, address.ai_addrlen) == 0 &&
                       ::listen(socket.number(), SOMAXCONN) == 0;
  if (listens) return socket;
  const int error = errno;
  socket = {};
  errno = error;
  return socket;
}

}  // namespace

storage::Descriptor listen_on(const std::string& address, int port) {
  const auto found = resolved(address, port);
  for (const auto* one = found.get(); one != nullptr; one = one->ai_next) {
    if (auto socket = listener(*one)) return socket;
  }
  const int error = errno;
  throw failure(address, port, std::generic_category().message(error)).caused_by(error);
}

int port_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  // The port lies at the same place in both families.
  return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

}  // namespace det::master
