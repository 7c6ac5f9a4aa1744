#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

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
    return cli::process_context(globals, {out_, err_, in_, terminal()}, environment_variable, interrupt_);
  }

 private:
  cli::Interrupt interrupt_;
  cli::OutputBuffer out_buffer_;
  cli::OutputBuffer err_buffer_;
  cli::InputBuffer in_buffer_;
  std::ostream out_;
  std::ostream err_;
  std::istream in_;
};

}  // namespace

int main(int count, char** words) {
  hold_standard_descriptors();
  Process process;
  return static_cast<int>(cli::run({words + 1, words + count}, process));
}
