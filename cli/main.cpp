#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "cli/interrupt.hpp"
#include "cli/process_context.hpp"
#include "cli/run.hpp"
#include "cli/streams.hpp"

namespace {

using namespace det;

std::optional<std::string> environment_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

commands::Terminal terminal() {
  commands::Terminal facts;
  facts.in = ::isatty(STDIN_FILENO) == 1;
  facts.out = ::isatty(STDOUT_FILENO) == 1;
  facts.err = ::isatty(STDERR_FILENO) == 1;
  winsize size{};
  if (facts.out && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    facts.width = size.ws_col;
  return facts;
}

// A stream that the caller closed stays unusable: without this, the next file that is opened would take its
// number, and be written to.
void hold_standard_descriptors() {
  int descriptor = 0;
  do {
    descriptor = ::open("/dev/null", O_RDONLY);
  } while (descriptor >= 0 && descriptor <= STDERR_FILENO);
  if (descriptor >= 0) ::close(descriptor);
}

// Completion may take 300 ms in all; the rest is for the shell and for loading the program.
constexpr int completion_time_us = 250'000;

void end_well_after(int time_us) {
  struct sigaction action {};
  action.sa_handler = [](int) { _exit(0); };
  ::sigaction(SIGALRM, &action, nullptr);
  itimerval once{};
  once.it_value.tv_usec = time_us;
  ::setitimer(ITIMER_REAL, &once, nullptr);
}

// The surroundings of a real process.
class Process final : public cli::Host {
 public:
  Process()
      : out_buffer_(STDOUT_FILENO, std::size_t{256} << 10, cli::Writing::must_succeed, interrupt_),
        err_buffer_(STDERR_FILENO, 512, cli::Writing::may_fail, interrupt_),
        in_buffer_(STDIN_FILENO, interrupt_),
        out_(&out_buffer_),
        err_(&err_buffer_),
        in_(&in_buffer_) {
    out_.exceptions(std::ios::badbit);
    in_.exceptions(std::ios::badbit);
    err_ << std::unitbuf;
  }

  std::ostream& out() override { return out_; }
  std::ostream& err() override { return err_; }
  void take_back_output() override { out_buffer_.take_back(); }
  std::unique_ptr<commands::Context> context(const commands::Globals& globals) override {
    return cli::process_context(globals, {out_, err_, in_, terminal()}, environment_variable, interrupt_,
                                cli::Purpose::command);
  }
  std::unique_ptr<commands::Context> completion_context(const commands::Globals& globals) override {
    end_well_after(completion_time_us);
    return cli::process_context(globals, {out_, silence_, nothing_, {}}, environment_variable, interrupt_,
                                cli::Purpose::completion);
  }

 private:
  cli::Interrupt interrupt_;
  cli::OutputBuffer out_buffer_;
  cli::OutputBuffer err_buffer_;
  cli::InputBuffer in_buffer_;
  std::ostream out_;
  std::ostream err_;
  std::istream in_;
  std::ostream silence_{nullptr};
  std::istream nothing_{nullptr};
};

}  // namespace

int main(int count, char** words) {
  hold_standard_descriptors();
  Process process;
  return static_cast<int>(cli::run({words + 1, words + count}, process));
}
