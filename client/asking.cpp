#include "client/asking.hpp"

#include "model/error.hpp"

namespace det::client {

std::unique_ptr<http::Response> ask(http::Transport& transport, const http::Request& request) {
  try {
    return transport.send(request);
  } catch (const Error& error) {
    if (error.failure != Failure::unreachable || !error.next.empty()) throw;
    throw error.advising("export DET_MASTER=http://HOST:PORT, or det -m http://HOST:PORT ...");
  }
}

}  // namespace det::client
