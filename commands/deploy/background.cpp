#include "commands/deploy/background.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "model/error.hpp"

namespace det::commands::deploy {
namespace {

using Json = nlohmann::json;

constexpr std::chrono::seconds patience{60};

// False: whoever waited has gone.
bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(descriptor, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

std::string text_of(const Started& started) {
  Json text{{"url", started.url}, {"token", started.token}};
  if (started.password) text["password"] = *started.password;
  return text.dump();
}

std::string text_of(const Error& error) {
  return Json{{"failure", static_cast<int>(error.failure)}, {"message", error.message}, {"next", error.next}}
      .dump();
}

// What the child said before it fell silent.
Started told(const std::string& text, const std::filesystem::path& log) {
  const auto said = Json::parse(text, nullptr, false);
  if (said.is_object() && said.contains("url")) {
    Started started{.url = said["url"], .token = said["token"]};
    if (said.contains("password")) started.password = said["password"].get<std::string>();
    return started;
  }
  if (said.is_object() && said.contains("failure")) {
    const Error error(static_cast<Failure>(said["failure"].get<int>()), said["message"].get<std::string>());
    const auto next = said["next"].get<std::string>();
    throw next.empty() ? error : error.advising(next);
  }
  throw Error(Failure::unclassified, "the master ended without a word").advising("less " + log.string());
}

// The child's life, from which nothing returns.
[[noreturn]] void live(int report, int log, const Serve& serve) {
  ::setsid();
  ::signal(SIGHUP, SIG_IGN);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  int status = 0;
  if (::chdir("/") != 0) status = 1;
  // An error may not leave this process' side of the fork: it is told to the other.
  try {
    serve([&](const Started& started) {
      if (!write_all(report, text_of(started)))
        throw Error(Failure::interrupted, "whoever started the master has gone");
      ::close(report);
    });
  } catch (const Error& error) {
    write_all(report, text_of(error));
    status = 1;
  } catch (const std::exception& error) {
    write_all(report, text_of(Error(Failure::unclassified, error.what())));
    status = 1;
  }
  ::_exit(status);  // what the other side has not printed yet is its own
}

std::string read_report(int report, const Context& context) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::string text;
  std::array<char, 4096> buffer{};
  while (true) {
    std::array<pollfd, 2> watched{
        {{report, POLLIN, 0}, {context.cancellation().wake_descriptor(), POLLIN, 0}}};
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const auto limit = std::min(left, context.cancellation().remaining().value_or(left));
    if (limit.count() <= 0) throw Error(Failure::timed_out, "the master did not start in time");
    ::poll(watched.data(), watched.size(), static_cast<int>(limit.count()));
    context.cancellation().check();
    if (watched[0].revents == 0) continue;
    const ssize_t got = ::read(report, buffer.data(), buffer.size());
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

Started start_in_background(const std::filesystem::path& log, const Serve& serve, const Context& context) {
  const int log_end = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  std::array<int, 2> report{};
  if (log_end < 0 || ::pipe2(report.data(), O_CLOEXEC) != 0) {
    throw Error(Failure::local_disk, "could not open " + log.string() + ": " + std::strerror(errno));
  }
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(report[0]);
    live(report[1], log_end, serve);
  }
  ::close(report[1]);
  ::close(log_end);
  if (child < 0) throw Error(Failure::unclassified, "no process could be started for the master");
  std::string text;
  try {
    text = read_report(report[0], context);
  } catch (const Error&) {  // told to stop: the other process may not stay behind
    ::kill(child, SIGTERM);
    ::close(report[0]);
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) continue;
    throw;
  }
  ::close(report[0]);
  return told(text, log);
}

void hide_arguments() {
  std::ifstream file("/proc/self/stat");
  const std::string line{std::istreambuf_iterator<char>(file), {}};
  std::istringstream rest(line.substr(std::min(line.rfind(')') + 1, line.size())));
  constexpr int fields_before_arguments = 45;  // proc(5): arg_start is field 48
  std::string field;
  for (int i = 0; i < fields_before_arguments; ++i) rest >> field;
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  if (!(rest >> begin >> end) || begin == 0 || end <= begin) return;
  auto* arguments = reinterpret_cast<char*>(begin);
  constexpr std::string_view shown = "det deploy local cluster-up";
  std::memset(arguments, 0, end - begin);
  std::memcpy(arguments, shown.data(), std::min(shown.size(), static_cast<std::size_t>(end - begin - 1)));
}

void wait_for_stop(const Context& context) {
  pollfd wake{context.cancellation().wake_descriptor(), POLLIN, 0};
  while (::poll(&wake, 1, -1) <= 0) {
  }
}

}  // namespace det::commands::deploy
