// master_load PORT TOKEN SECONDS REPORTERS READERS
//
// Reporters report training metrics, each of its own trial and one after the other; readers list meanwhile.
// Prints one JSON object: how many requests were answered, how fast, and how far each trial's reports were
// acknowledged. A request that fails ends its thread, and is counted.

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::json;

// One connection of HTTP/1.1 that is kept. Bodies must come with their length or in chunks.
class Connection {
 public:
  Connection(int port, std::string token)
      : token_(std::move(token)), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("no connection");
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { ::close(socket_); }

  // The body of an answer of 200.
  std::string ask(std::string_view method, std::string_view path, std::string_view body = "") {
    send(fmt::format(
        "{} {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n\r\n{}",
        method, path, token_, body.size(), body));
    const auto head = taken(until("\r\n\r\n"));
    auto text = head.find("chunked") != std::string::npos ? chunks() : taken(length(head));
    if (!head.starts_with("HTTP/1.1 200"))
      throw std::runtime_error(fmt::format("{} {}: {}", method, path, text));
    return text;
  }

 private:
  void send(std::string_view text) {
    while (!text.empty()) {
      const auto sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) throw std::runtime_error("the connection broke");
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void receive() {
    std::array<char, 65'536> piece{};
    const auto got = ::recv(socket_, piece.data(), piece.size(), 0);
    if (got <= 0) throw std::runtime_error("the connection broke");
    waiting_.append(piece.data(), static_cast<std::size_t>(got));
  }
  // How many bytes there are up to and with `mark`.
  std::size_t until(std::string_view mark) {
    std::size_t at = 0;
    while ((at = waiting_.find(mark)) == std::string::npos) receive();
    return at + mark.size();
  }
  std::string taken(std::size_t bytes) {
    while (waiting_.size() < bytes) receive();
    auto text = waiting_.substr(0, bytes);
    waiting_.erase(0, bytes);
    return text;
  }
  static std::size_t length(const std::string& head) {
    constexpr std::string_view name = "Content-Length: ";
    const auto at = head.find(name);
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + name.size()));
  }
  std::string chunks() {
    std::string text;
    while (true) {
      const auto size = std::stoul(taken(until("\r\n")), nullptr, 16);
      const auto chunk = taken(size + 2);
      if (size == 0) return text;
      text.append(chunk, 0, size);
    }
  }

  std::string token_;
  int socket_;
  std::string waiting_;
};

// What one thread saw.
struct Seen {
  std::vector<double> milliseconds = {};
  std::int64_t trial = 0;
  std::int64_t acknowledged_steps = 0;
  std::string failure = {};
};

template <typename Request>
void timed(Seen& seen, const Request& request) {
  const auto begun = Clock::now();
  request();
  seen.milliseconds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begun).count());
}

void report(Connection& master, Clock::time_point end, Seen& seen) {
  const auto path = fmt::format("/api/v1/trials/{}/metrics", seen.trial);
  for (std::int64_t steps = 1; Clock::now() < end; ++steps) {
    const auto body = fmt::format(
        R"({{"group":"training","metrics":{{"trialId":{},"trialRunId":0,"stepsCompleted":{},"metrics":{{"avgMetrics":{{"loss":{},"lr":0.1}}}}}}}})",
        seen.trial, steps, 1.0 / static_cast<double>(steps));
    timed(seen, [&] { master.ask("POST", path, body); });
    seen.acknowledged_steps = steps;
  }
}

void read(Connection& master, Clock::time_point end, std::int64_t experiment, Seen& seen) {
  const std::vector<std::string> paths{
      "/api/v1/experiments?limit=50", fmt::format("/api/v1/experiments/{}/trials", experiment),
      fmt::format("/api/v1/experiments/{}/checkpoints?limit=100", experiment)};
  for (std::size_t i = 0; Clock::now() < end; ++i) {
    timed(seen, [&] { master.ask("GET", paths[i % paths.size()]); });
  }
}

Json summary(std::vector<Seen>& all, double seconds) {
  std::vector<double> times;
  Json failures = Json::array();
  Json acknowledged = Json::object();
  for (auto& seen : all) {
    times.insert(times.end(), seen.milliseconds.begin(), seen.milliseconds.end());
    if (!seen.failure.empty()) failures.push_back(seen.failure);
    if (seen.trial != 0) acknowledged[std::to_string(seen.trial)] = seen.acknowledged_steps;
  }
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) {
    return times.empty() ? 0 : times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
  };
  return {{"requests", times.size()},
          {"per_second", static_cast<double>(times.size()) / seconds},
          {"p50_ms", at(0.5)},
          {"p99_ms", at(0.99)},
          {"max_ms", at(1)},
          {"failures", failures},
          {"acknowledged", acknowledged}};
}

// Runs one thread for each of `all`; what ends a thread early is kept.
template <typename Work>
void start(std::vector<std::thread>& threads, std::vector<Seen>& all, const Work& work) {
  for (auto& seen : all) {
    threads.emplace_back([&seen, &work] {
      try {
        work(seen);
      } catch (const std::exception& error) {
        seen.failure = error.what();
      }
    });
  }
}

int run(int port, const std::string& token, double seconds, std::pair<int, int> threads_wanted) {
  Connection first(port, token);
  const Json experiment_body{
      {"config", R"({"name":"load","searcher":{"name":"random","max_trials":50,"metric":"loss"}})"},
      {"unmanaged", true}};
  const auto experiment =
      Json::parse(first.ask("POST", "/api/v1/experiments", experiment_body.dump()))["experiment"]["id"]
          .get<std::int64_t>();
  std::vector<Seen> reporters(static_cast<std::size_t>(threads_wanted.first));
  std::vector<Seen> readers(static_cast<std::size_t>(threads_wanted.second));
  for (auto& reporter : reporters) {
    const auto body = fmt::format(R"({{"experimentId":{},"hparams":{{}},"unmanaged":true}})", experiment);
    reporter.trial =
        Json::parse(first.ask("POST", "/api/v1/trials", body))["trial"]["id"].get<std::int64_t>();
  }
  const auto end =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  const auto reporting = [&](Seen& seen) {
    Connection master(port, token);
    report(master, end, seen);
  };
  const auto reading = [&](Seen& seen) {
    Connection master(port, token);
    read(master, end, experiment, seen);
  };
  std::vector<std::thread> threads;
  start(threads, reporters, reporting);
  start(threads, readers, reading);
  for (auto& thread : threads) thread.join();
  const Json both{{"experiment", experiment},
                  {"reports", summary(reporters, seconds)},
                  {"lists", summary(readers, seconds)}};
  std::puts(both.dump().c_str());
  return 0;
}

}  // namespace

int main(int count, char** words) {
  if (count != 6) {
    std::fputs("usage: master_load PORT TOKEN SECONDS REPORTERS READERS\n", stderr);
    return 2;
  }
  try {
    return run(std::stoi(words[1]), words[2], std::stod(words[3]),
               {std::stoi(words[4]), std::stoi(words[5])});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "master_load: %s\n", error.what());
    return 1;
  }
}
