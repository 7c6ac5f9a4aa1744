#include "commands/progress_display.hpp"

#include <chrono>
#include <ostream>
#include <utility>

#include "formatting/progress.hpp"
#include "formatting/values.hpp"

namespace det::commands {
namespace {

using Clock = std::chrono::steady_clock;

void say_given_up(Context& context, const std::string& why) {
  context.err() << formatting::terminal_safe(why) << "; another way is tried\n";
}

// What the forms share: it counts, and says when it is time to show.
class Display : public storage::Progress {
 public:
  Display(Context& context, Clock::duration interval) : context_(context), interval_(interval) {}

  void started(const std::string& checkpoint_id, std::size_t files, std::uint64_t bytes) override {
    begun_ = shown_ = Clock::now();
    state_ = {.label = checkpoint_id, .files_total = files, .bytes_total = bytes};
    show(Moment::start);
  }
  void advanced(std::uint64_t bytes) override {
    state_.bytes_done += bytes;
    if (Clock::now() - shown_ < interval_) return;
    shown_ = Clock::now();
    show(Moment::middle);
  }
  void found(std::uint64_t bytes) override {
    state_.bytes_done += bytes;
    state_.bytes_found += bytes;
  }
  void file_done() override { ++state_.files_done; }
  void finished() override {
    state_.ended = true;
    show(Moment::end);
  }
  void gave_up(const std::string& why) override { say_given_up(context_, why); }

 protected:
  enum class Moment { start, middle, end };
  virtual void draw(const formatting::Progress& progress, Moment moment) = 0;
  std::ostream& err() { return context_.err(); }

 private:
  void show(Moment moment) {
    state_.elapsed_seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
    draw(state_, moment);
  }

  Context& context_;
  Clock::duration interval_;
  Clock::time_point begun_;
  Clock::time_point shown_;
  formatting::Progress state_;
};

// One line that is drawn over itself, and wiped at the end.
class Bar final : public Display {
 public:
  explicit Bar(Context& context)
      : Display(context, std::chrono::milliseconds{100}), width_(context.terminal().width) {}
  ~Bar() override {
    if (drawn_) err() << "\r\x1b[K" << std::flush;
  }

 private:
  void draw(const formatting::Progress& progress, Moment moment) override {
    err() << "\r\x1b[K";
    drawn_ = moment != Moment::end;
    if (drawn_) err() << formatting::progress_bar(progress, width_ - 1);
    err() << std::flush;
  }

  int width_;
  bool drawn_ = false;
};

class PlainLines final : public Display {
 public:
  explicit PlainLines(Context& context) : Display(context, std::chrono::seconds{10}) {}

 private:
  void draw(const formatting::Progress& progress, Moment) override {
    err() << formatting::progress_line(progress) << '\n';
  }
};

class JsonLines final : public Display {
 public:
  explicit JsonLines(Context& context) : Display(context, std::chrono::seconds{1}) {}

 private:
  void draw(const formatting::Progress& progress, Moment) override {
    err() << formatting::progress_event(progress) << '\n';
  }
};

class Nothing final : public storage::Progress {
 public:
  explicit Nothing(Context& context) : context_(context) {}

  void started(const std::string&, std::size_t, std::uint64_t) override {}
  void advanced(std::uint64_t) override {}
  void found(std::uint64_t) override {}
  void file_done() override {}
  void finished() override {}
  void gave_up(const std::string& why) override { say_given_up(context_, why); }

 private:
  Context& context_;
};

}  // namespace

std::unique_ptr<storage::Progress> progress_display(Context& context, bool quiet) {
  const auto& form = context.globals().progress;
  const bool can_move = context.terminal().err && context.environment("TERM") != "dumb";
  if (form == "none" || (form == "auto" && (quiet || context.globals().json)))
    return std::make_unique<Nothing>(context);
  if (form == "json") return std::make_unique<JsonLines>(context);
  if (can_move && (form == "bar" || form == "auto")) return std::make_unique<Bar>(context);
  return std::make_unique<PlainLines>(context);
}

}  // namespace det::commands
