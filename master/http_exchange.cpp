#include "master/http_exchange.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <sys/socket.h>

#include <algorithm>
#include <string>
#include <utility>

#include "master/http_framing.hpp"
#include "master/microhttpd_library.hpp"

namespace det::master {
namespace {

constexpr int payload_too_large = 413;
constexpr int internal_error = 500;
constexpr int unavailable = 503;
constexpr std::size_t block = std::size_t{64} << 10U;
constexpr std::uint64_t long_body = std::uint64_t{1} << 20U;
constexpr std::uint64_t believed_length = std::uint64_t{1} << 20U;  // memory given for a mere announcement

MHD_Result add_header(void* headers, MHD_ValueKind, const char* name, std::size_t name_size,
                      const char* value, std::size_t value_size) {
  static_cast<std::vector<Header>*>(headers)->push_back(
      {std::string(name, name_size), value == nullptr ? std::string() : std::string(value, value_size)});
  return MHD_YES;
}

ssize_t read_pump(void* pump, std::uint64_t, char* bytes, std::size_t size) {
  return static_cast<BodyPump*>(pump)->read(bytes, size);
}

ssize_t read_nothing(void*, std::uint64_t, char*, std::size_t) {
  return MHD_CONTENT_READER_END_WITH_ERROR;
}

bool is_sound(const Response& response) {
  return response.status >= 200 && response.status <= 599 &&
         std::all_of(response.headers.begin(), response.headers.end(), is_sendable);
}

}  // namespace

bool BodyBudget::take(std::uint64_t bytes) {
  auto left = left_.load();
  do {
    if (left < bytes) return false;
  } while (!left_.compare_exchange_weak(left, left - bytes));
  return true;
}

Exchange::Exchange(Site& site, MHD_Connection* connection, std::string_view target)
    : site_(site),
      connection_(connection),
      workers_(site.workers),
      budget_(site.budget),
      suspension_(std::make_shared<Suspension>(connection)) {
  set_target(request_, target);
}

Exchange::~Exchange() {
  budget_->give_back(body_bytes_);
}

MHD_Result Exchange::step(const char* method, const char* bytes, std::size_t& size) {
  if (!begun_) return begin(method);
  if (size > 0) return add_body({bytes, size}, size);
  return dispatched_ ? deliver() : dispatch();
}

MHD_Result Exchange::begin(const char* method) {
  begun_ = true;
  request_.method = method;
  microhttpd_library().get_connection_values_n(connection_, MHD_HEADER_KIND, add_header, &request_.headers);
  if (const auto status = refusal()) {
    refused_ = true;
    auto answer = plain_answer(*status);
    return queue(answer);
  }
  await_body();
  if (const auto length = announced_length(request_)) {
    request_.body.reserve(static_cast<std::size_t>(std::min(*length, believed_length)));
  }
  return MHD_YES;
}

// Of a request whose head has arrived, and nothing more.
std::optional<int> Exchange::refusal() {
  const auto& options = site_.options;
  if (const auto status = framing_refusal(request_, options.longest_head)) return status;
  longest_body_ = options.longest_body;
  if (options.body_limit) longest_body_ = std::min(longest_body_, options.body_limit(request_));
  if (announced_length(request_).value_or(0) > longest_body_) return payload_too_large;
  return std::nullopt;
}

MHD_Result Exchange::add_body(std::string_view bytes, std::size_t& size) {
  if (bytes.size() > longest_body_ - request_.body.size()) return cut(payload_too_large);
  if (!budget_->take(bytes.size())) return cut(unavailable);
  body_bytes_ += bytes.size();
  request_.body += bytes;
  recent_bytes_ += bytes.size();
  const auto& options = site_.options;
  const auto seconds = static_cast<std::uint64_t>(options.longest_silence.count());
  if (recent_bytes_ >= options.slowest_body * seconds) await_body();
  size = 0;
  return MHD_YES;
}

// Its end, or as many bytes more as it must bring in this time.
void Exchange::await_body() {
  recent_bytes_ = 0;
  site_.deadlines.set(socket(), site_.options.longest_silence);
}

MHD_Result Exchange::dispatch() {
  site_.deadlines.forget(socket());
  ticket_ = site_.departures.watch(socket(), suspension_);
  if (ticket_ == 0 || !suspension_->suspend()) return MHD_NO;
  dispatched_ = true;
  workers_->post([self = shared_from_this()] { self->handle(); });
  return MHD_YES;
}

void Exchange::handle() {
  if (suspension_->has_left()) return;
  const bool is_long = body_bytes_ > long_body;
  const Responder responder(
      [self = shared_from_this()](Response response) { self->answer(std::move(response)); });
  try {
    site_.handler(std::move(request_), responder);
  } catch (...) {  // the handler's own boundary has failed: the worker must live on
    responder.send(plain_answer(internal_error));
  }
  // What was made of it lay in small blocks, which malloc would keep.
  if (is_long) ::malloc_trim(0);
}

void Exchange::answer(Response response) {
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    answer_ = is_sound(response) ? std::move(response) : plain_answer(internal_error);
  }
  suspension_->resume();
}

// Without an answer it was resumed because the client has left, or was sent away.
MHD_Result Exchange::deliver() {
  std::optional<Response> answer;
  {
    const std::lock_guard lock(mutex_);
    answer = std::exchange(answer_, std::nullopt);
  }
  return answer ? queue(*answer) : MHD_NO;
}

MHD_Result Exchange::queue(Response& response) {
  const auto& library = microhttpd_library();
  MHD_Response* encoded_response = encoded(response);
  if (encoded_response == nullptr) return MHD_NO;
  for (const auto& header : response.headers) {
    if (is_framing(header)) continue;
    library.add_response_header(encoded_response, header.name.c_str(), header.value.c_str());
  }
  if (refused_) library.add_response_header(encoded_response, "Connection", "close");
  const auto result =
      library.queue_response(connection_, static_cast<unsigned>(response.status), encoded_response);
  library.destroy_response(encoded_response);
  return result;
}

MHD_Response* Exchange::encoded(Response& response) {
  const auto& library = microhttpd_library();
  if (response.stream) {
    pump_ = std::make_shared<BodyPump>(std::move(response.stream), suspension_, workers_);
    return library.create_response_from_callback(response.length.value_or(MHD_SIZE_UNKNOWN), block, read_pump,
                                                 pump_.get(), nullptr);
  }
  if (response.length && response.body.empty()) {
    return library.create_response_from_callback(*response.length, 1, read_nothing, nullptr, nullptr);
  }
  sent_body_ = std::move(response.body);
  return library.create_response_from_buffer(sent_body_.size(), sent_body_.data(), MHD_RESPMEM_PERSISTENT);
}

// In the midst of a body libmicrohttpd takes no answer, so a few bytes go out beside it; within TLS they
// cannot.
MHD_Result Exchange::cut(int status) {
  if (!site_.has_tls()) {
    const auto text = plain_answer(status).body;
    const auto answer = fmt::format(
        "HTTP/1.1 {} {}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
        "{}\r\n\r\n{}",
        status, std::string_view(text).substr(0, text.size() - 1), text.size(), text);
    [[maybe_unused]] const auto sent =
        ::send(socket(), answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  return MHD_NO;
}

void Exchange::end() {
  site_.departures.forget(ticket_, socket());
  // For the head of the next request, which may be long in coming.
  site_.deadlines.set(socket(), site_.options.longest_silence + site_.options.longest_head_time);
  suspension_->leave();
  if (pump_) pump_->close();
  std::optional<Response> unsent;
  const std::lock_guard lock(mutex_);
  ended_ = true;
  unsent = std::exchange(answer_, std::nullopt);
}

int Exchange::socket() const {
  return microhttpd_library().get_connection_info(connection_, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

}  // namespace det::master
