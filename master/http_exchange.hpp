#pragma once

#include <microhttpd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "master/http_body_pump.hpp"
#include "master/http_deadlines.hpp"
#include "master/http_departures.hpp"
#include "master/http_server.hpp"
#include "master/http_suspension.hpp"
#include "master/http_workers.hpp"

namespace det::master {

// How many bytes the bodies of all requests may have together.
class BodyBudget {
 public:
  explicit BodyBudget(std::uint64_t bytes) : left_(bytes) {}

  // False, and nothing taken, when there are not as many left. From any thread, as give_back().
  bool take(std::uint64_t bytes);
  void give_back(std::uint64_t bytes) { left_ += bytes; }

 private:
  std::atomic<std::uint64_t> left_;
};

// What the exchanges of a server share. It outlives their callbacks and jobs.
struct Site {
  ServerOptions options;
  Handler handler;
  std::shared_ptr<Workers> workers = std::make_shared<Workers>(options.workers);
  std::shared_ptr<BodyBudget> budget = std::make_shared<BodyBudget>(options.most_body_bytes);
  Departures departures = {};
  Deadlines deadlines = {};

  bool has_tls() const { return !options.certificate_pem.empty(); }
};

// One request and its answer: gathered on the I/O thread, handled by a worker, answered by anyone, sent on
// the I/O thread. What only the I/O thread does is marked so. A Responder may keep an exchange beyond its
// server.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  // I/O thread. `target` is the request's, as sent.
  Exchange(Site& site, MHD_Connection* connection, std::string_view target);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange();

  // I/O thread: libmicrohttpd's access handler. `size` becomes 0 when the bytes were taken.
  MHD_Result step(const char* method, const char* bytes, std::size_t& size);
  // I/O thread: sent, or cut off.
  void end();

 private:
  MHD_Result begin(const char* method);
  std::optional<int> refusal();
  MHD_Result add_body(std::string_view bytes, std::size_t& size);
  MHD_Result dispatch();
  MHD_Result deliver();
  MHD_Result queue(Response& response);
  MHD_Response* encoded(Response& response);
  MHD_Result cut(int status);
  void await_body();
  int socket() const;

  void handle();
  void answer(Response response);

  Site& site_;  // not in answer(), which may come when the server is gone
  MHD_Connection* connection_;
  std::shared_ptr<Workers> workers_;
  std::shared_ptr<BodyBudget> budget_;
  std::shared_ptr<Suspension> suspension_;
  Request request_;
  std::uint64_t longest_body_ = 0;
  std::uint64_t body_bytes_ = 0;    // taken from the budget
  std::uint64_t recent_bytes_ = 0;  // of the body, since its deadline was set
  bool begun_ = false;
  bool dispatched_ = false;
  bool refused_ = false;  // answered before the request was whole
  Departures::Ticket ticket_ = 0;
  std::string sent_body_;           // while it is sent
  std::shared_ptr<BodyPump> pump_;  // likewise

  std::mutex mutex_;  // guards answer_ and ended_
  std::optional<Response> answer_;
  bool ended_ = false;
};

}  // namespace det::master
