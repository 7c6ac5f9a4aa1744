#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace det::testing {

// Bytes to and from the client of one connection: plain, or within TLS.
class Channel {
 public:
  virtual ~Channel() = default;

  // How many were moved; 0 or less when the client is gone.
  virtual ssize_t receive(char* bytes, std::size_t size) = 0;
  virtual ssize_t send(const char* bytes, std::size_t size) = 0;
};

// Wraps an accepted socket, which it does not own.
using ChannelFactory = std::function<std::unique_ptr<Channel>(int socket)>;
std::unique_ptr<Channel> plain_channel(int socket);

// The server's side of one connection. Reading and sending give up after ten seconds.
class Peer {
 public:
  Peer(int socket, std::unique_ptr<Channel> channel);

  // The next request, head and body; empty when the client closed the connection.
  std::string request();
  // False when the client is gone.
  bool send(std::string_view bytes);
  // Returns when the client closes the connection.
  void await_close();
  // Ends the connection, once the script is over, so that the client sees "connection reset".
  void reset();

 private:
  bool receive();

  int socket_;
  std::unique_ptr<Channel> channel_;
  std::string received_;
};

// Serves connections on 127.0.0.1 and a free port, the first by the first script and so on, each in a thread
// of its own. Connections beyond the scripts are refused.
class LoopbackServer {
 public:
  using Script = std::function<void(Peer&)>;

  explicit LoopbackServer(std::vector<Script> connections, ChannelFactory make_channel = plain_channel);
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
  ChannelFactory make_channel_;
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
