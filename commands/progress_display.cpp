#include "commands/progress_display.hpp"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <mutex>
#include <ostream>
#include <set>
#include <utility>

#include "formatting/progress.hpp"
#include "formatting/values.hpp"

namespace det::commands {
namespace {

using Clock = std::chrono::steady_clock;

enum class Moment { start, middle, end };

// What the forms share: one at a time writes.
class Display : public ProgressDisplay {
 public:
  Display(Context& context, Clock::duration interval) : context_(context), interval_(interval) {}

  std::unique_ptr<storage::Progress> lane() override;
  void apart(const std::function<void()>& print) override {
    const std::lock_guard lock(mutex_);
    wipe();
    print();
  }

  void say(const std::string& line) {
    apart([&] { err() << line + '\n'; });
  }
  // How long a lane is silent between the start and the end of a transfer.
  Clock::duration interval() const { return interval_; }
  void show(const storage::Progress& lane, const formatting::Progress& progress, Moment moment) {
    const std::lock_guard lock(mutex_);
    draw(lane, progress, moment);
  }

 protected:
  virtual void draw(const storage::Progress& lane, const formatting::Progress& progress, Moment moment) = 0;
  virtual void wipe() {}
  std::ostream& err() { return context_.err(); }

 private:
  Context& context_;
  Clock::duration interval_;
  std::mutex mutex_;
};

// Counts, and says when it is time to show.
class Lane final : public storage::Progress {
 public:
  explicit Lane(Display& display) : display_(display) {}

  void started(const std::string& checkpoint_id, std::size_t files, std::uint64_t bytes) override {
    begun_ = shown_ = Clock::now();
    state_ = {.label = checkpoint_id, .files_total = files, .bytes_total = bytes};
    show(Moment::start);
  }
  void advanced(std::uint64_t bytes) override {
    state_.bytes_done += bytes;
    show_if_due();
  }
  void found(std::uint64_t bytes) override {
    state_.bytes_done += bytes;
    state_.bytes_found += bytes;
    show_if_due();
  }
  void file_done() override { ++state_.files_done; }
  void finished() override {
    state_.ended = true;
    show(Moment::end);
  }
  void gave_up(const std::string& why) override {
    display_.say(formatting::terminal_safe(why) + "; another way is tried");
  }

 private:
  void show_if_due() {
    if (Clock::now() - shown_ < display_.interval()) return;
    shown_ = Clock::now();
    show(Moment::middle);
  }
  void show(Moment moment) {
    state_.elapsed_seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
    display_.show(*this, state_, moment);
  }

  Display& display_;
  Clock::time_point begun_;
  Clock::time_point shown_;
  formatting::Progress state_;
};

std::unique_ptr<storage::Progress> Display::lane() {
  return std::make_unique<Lane>(*this);
}

// One line that is drawn over itself, and wiped at the end: what comes now, and what came since nothing did.
class Bar final : public Display {
 public:
  explicit Bar(Context& context)
      : Display(context, std::chrono::milliseconds{100}), width_(context.terminal().width) {}
  ~Bar() override { wipe(); }

 private:
  void draw(const storage::Progress& lane, const formatting::Progress& progress, Moment moment) override {
    if (coming_.empty()) {
      ended_ = {};
      labels_.clear();
      begun_ = Clock::now();
    }
    labels_.insert(progress.label);
    coming_[&lane] = progress;
    if (moment == Moment::end) {
      add(progress, ended_);
      coming_.erase(&lane);
    }
    wipe();
    if (coming_.empty()) return;
    err() << formatting::progress_bar(all(), width_ - 1) << std::flush;
    drawn_ = true;
  }

  void wipe() override {
    if (drawn_) err() << "\r\x1b[K" << std::flush;
    drawn_ = false;
  }

  formatting::Progress all() const {
    auto sum = ended_;
    for (const auto& [lane, progress] : coming_) add(progress, sum);
    sum.label = labels_.size() == 1 ? *labels_.begin() : fmt::format("{} checkpoints", labels_.size());
    sum.elapsed_seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
    return sum;
  }

  static void add(const formatting::Progress& one, formatting::Progress& sum) {
    sum.files_done += one.files_done;
    sum.files_total += one.files_total;
    sum.bytes_done += one.bytes_done;
    sum.bytes_found += one.bytes_found;
    sum.bytes_total += one.bytes_total;
  }

  int width_;
  bool drawn_ = false;
  std::map<const storage::Progress*, formatting::Progress> coming_;
  formatting::Progress ended_;
  std::set<std::string> labels_;
  Clock::time_point begun_;
};

class PlainLines final : public Display {
 public:
  explicit PlainLines(Context& context) : Display(context, std::chrono::seconds{10}) {}

 private:
  void draw(const storage::Progress&, const formatting::Progress& progress, Moment) override {
    err() << formatting::progress_line(progress) + '\n';
  }
};

class JsonLines final : public Display {
 public:
  explicit JsonLines(Context& context) : Display(context, std::chrono::seconds{1}) {}

 private:
  void draw(const storage::Progress&, const formatting::Progress& progress, Moment) override {
    err() << formatting::progress_event(progress) + '\n';
  }
};

class Nothing final : public Display {
 public:
  explicit Nothing(Context& context) : Display(context, Clock::duration::max()) {}

 private:
  void draw(const storage::Progress&, const formatting::Progress&, Moment) override {}
};

}  // namespace

std::unique_ptr<ProgressDisplay> progress_display(Context& context, bool quiet) {
  const auto& form = context.globals().progress;
  const bool can_move = context.terminal().err && context.environment("TERM") != "dumb";
  if (form == "none" || (form == "auto" && (quiet || context.globals().json)))
    return std::make_unique<Nothing>(context);
  if (form == "json") return std::make_unique<JsonLines>(context);
  if (can_move && (form == "bar" || form == "auto")) return std::make_unique<Bar>(context);
  return std::make_unique<PlainLines>(context);
}

}  // namespace det::commands
