#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "storage/descriptor.hpp"

namespace det::testing {

// An answer as it came: the chunks of its body joined.
struct RawAnswer {
  int status = 0;    // 0: none came
  std::string head;  // status line and headers, each with its CRLF
  std::string body;
  bool is_whole = false;
};

// One connection to a server on the loopback. Reading gives up after ten seconds.
class RawClient {
 public:
  explicit RawClient(int port);

  // False when the server is gone.
  bool send(std::string_view bytes) const;
  // The next answer to a request of that method.
  RawAnswer answer(std::string_view method = "GET");
  // Waits for so many bytes more, and takes them; fewer when the server closed the connection.
  std::string bytes(std::size_t count);
  // True when the server closes the connection, whatever it sends before.
  bool is_closed();
  void reset();
  void shut_writing() const;

 private:
  bool receive();
  std::string line();
  void read_chunks(RawAnswer& answer);

  storage::Descriptor socket_;
  std::string received_;
};

// "GET /path HTTP/1.1" with a Host; `more` are whole header lines.
std::string get(std::string_view path, std::string_view more = "");
std::string post(std::string_view path, std::string_view body);

}  // namespace det::testing
