#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace det::testing {

// The server's side of one connection. Reading and sending give up after ten seconds.
class Peer {
 public:
  virtual ~Peer() = default;

  // The next request, head and body; empty when the client closed the connection.
  virtual std::string request() = 0;
  // False when the client is gone.
  virtual bool send(std::string_view bytes) = 0;
  // Returns when the client closes the connection.
  virtual void await_close() = 0;
  // Ends the connection so that the client sees "connection reset".
  virtual void reset() = 0;
};

// Wraps an accepted socket, which it does not own.
using PeerFactory = std::function<std::unique_ptr<Peer>(int socket)>;
std::unique_ptr<Peer> plain_peer(int socket);

// Serves connections on 127.0.0.1 and a free port, the first by the first script and so on, each in a thread
// of its own. Connections beyond the scripts are refused.
class LoopbackServer {
 public:
  using Script = std::function<void(Peer&)>;

  explicit LoopbackServer(std::vector<Script> connections, PeerFactory make_peer = plain_peer);
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;
  // Closes what is open and waits for the thread.
  ~LoopbackServer();

  // "127.0.0.1:PORT"
  std::string authority() const;
  std::string url(const std::string& path) const { return "http://" + authority() + path; }

 private:
  void accept_all();
  void serve(const Script& script, int socket);

  std::vector<Script> connections_;
  PeerFactory make_peer_;
  int listener_;
  int port_ = 0;
  std::mutex mutex_;  // guards open_ and stopped_
  std::set<int> open_;
  bool stopped_ = false;
  std::thread thread_;
};

// Answers each request of a connection with the next of `answers`, whole bytes from the status line on, and
// keeps it open.
LoopbackServer::Script answering(std::vector<std::string> answers);

// "HTTP/1.1 200 OK" with a Content-Length.
std::string http_answer(std::string_view body, std::string_view more_headers = "");

}  // namespace det::testing
