#include "cli/interrupt.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <ctime>

#include "model/error.hpp"

namespace det::cli {
namespace {

// What a signal handler may touch. The pipe only wakes whoever waits; nobody reads it.
std::atomic<int> received_signal = 0;
static_assert(std::atomic<int>::is_always_lock_free);
std::array<int, 2> wake_pipe{-1, -1};

void wake() {
  const char byte = 0;
  [[maybe_unused]] const auto ignored = ::write(wake_pipe[1], &byte, 1);
}

// A write to a terminal or a pipe may block though there was room, and a signal that came just before it does
// not end that: once it is time to stop, this timer interrupts such a call again and again.
timer_t nudge{};
bool has_nudge = false;

void nudge_after(std::chrono::milliseconds time) {
  if (!has_nudge) return;
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(time);
  const std::chrono::nanoseconds rest = time - whole;
  constexpr long between_ns = 100'000'000;
  const itimerspec when{{0, between_ns}, {whole.count(), rest.count()}};
  ::timer_settime(nudge, 0, &when, nullptr);
}

void on_signal(int number) {
  if (received_signal != 0) _exit(number == SIGINT ? 130 : 143);
  const int of_what_it_interrupts = errno;
  received_signal = number;
  wake();
  nudge_after(std::chrono::milliseconds{100});
  errno = of_what_it_interrupts;
}

}  // namespace

Interrupt::Interrupt() {
  if (::pipe2(wake_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) wake_pipe = {-1, -1};
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  action.sa_handler = [](int) {};
  sigaction(SIGRTMIN, &action, nullptr);
  sigevent nudging{};
  nudging.sigev_notify = SIGEV_SIGNAL;
  nudging.sigev_signo = SIGRTMIN;
  has_nudge = ::timer_create(CLOCK_MONOTONIC, &nudging, &nudge) == 0;
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, nullptr);
  sigaction(SIGXFSZ, &action, nullptr);  // the write fails, and says why
}

void Interrupt::stop_after(std::chrono::milliseconds time) {
  deadline_ = std::chrono::steady_clock::now() + time;
  nudge_after(time + std::chrono::milliseconds{1});
}

void Interrupt::stop() {
  int none = 0;
  if (received_signal.compare_exchange_strong(none, SIGINT)) wake();
}

void Interrupt::check() const {
  const int signal = received_signal;
  if (signal == SIGTERM) throw Error(Failure::terminated, "terminated");
  if (signal != 0) throw Error(Failure::interrupted, "interrupted");
  if (const auto left = remaining(); left && left->count() == 0) {
    throw Error(Failure::timed_out, "the time given by --timeout elapsed").worth_retrying();
  }
}

int Interrupt::wake_descriptor() const {
  return wake_pipe[0];
}

std::optional<std::chrono::milliseconds> Interrupt::remaining() const {
  if (!deadline_) return std::nullopt;
  const auto left = *deadline_ - std::chrono::steady_clock::now();
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(left), std::chrono::milliseconds{0});
}

}  // namespace det::cli
