#include "master/log_stream.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <iterator>
#include <utility>

#include "master/endings.hpp"
#include "master/repository/trials.hpp"
#include "wire/answers.hpp"
#include "wire/json_text.hpp"

namespace det::master {
namespace {

constexpr std::int64_t portion = 200;
constexpr std::chrono::seconds longest_wait{1};

class LogLines final : public BodyStream {
 public:
  LogLines(Services& services, LogOwner owner, repository::LogQuery query, LogEnd end)
      : services_(services),
        owner_(std::move(owner)),
        query_(std::move(query)),
        end_(end),
        rest_(query_.limit == 0 ? INT64_MAX : query_.limit) {}

  // Before the first look, so that no line falls in between.
  void on_ready(Waker waker) override {
    if (end_ == LogEnd::now) return;
    following_ = services_.log_followers.follow(owner_.trial_id, waker);
    look_ = std::make_shared<Look>(std::move(waker));
  }

  Step next(std::string& piece) override {
    if (lines_.empty() && !over_ && rest_ > 0) read_portion();
    if (lines_.empty()) return over_ || rest_ <= 0 ? Step::end : wait();
    piece = wire::ObjectText().document("result", text_of(lines_.front())).finish() + "\n";
    lines_.pop_front();
    return Step::more;
  }

 private:
  // The next look that comes by itself; one at a time.
  struct Look {
    explicit Look(Waker wakes) : waker(std::move(wakes)) {}
    Waker waker;
    std::atomic<bool> planned = false;
  };

  Step wait() {
    if (look_ && !look_->planned.exchange(true)) {
      services_.timer.after(longest_wait, [look = look_] {
        look->planned = false;
        look->waker();
      });
    }
    return Step::wait;
  }

  std::string text_of(const model::LogRecord& line) const {
    return owner_.task_id ? wire::task_log_text(line) : wire::log_text(line);
  }

  void read_portion() {
    query_.limit = std::min(portion, rest_);
    services_.database.read([&](Connection& connection) {
      auto found = owner_.task_id ? repository::list_task_logs(connection, *owner_.task_id, query_)
                                  : repository::list_trial_logs(connection, owner_.trial_id, query_);
      rest_ -= static_cast<std::int64_t>(found.size());
      if (!found.empty()) query_.after_id = found.back().id;
      if (found.size() < static_cast<std::size_t>(query_.limit)) reach_last_line(connection);
      std::move(found.begin(), found.end(), std::back_inserter(lines_));
    });
  }

  // Whoever follows need not read again what was there but not wanted.
  void reach_last_line(Connection& connection) {
    over_ = end_ == LogEnd::now || trial_has_ended(connection);
    if (!over_) {
      query_.after_id = std::max(query_.after_id, repository::last_log_id(connection, owner_.trial_id));
    }
  }

  // A trial that has been removed has ended too.
  bool trial_has_ended(Connection& connection) const {
    const auto state = repository::trial_state(connection, owner_.trial_id);
    return !state || is_final(*state);
  }

  Services& services_;
  LogOwner owner_;
  repository::LogQuery query_;
  LogEnd end_;
  std::int64_t rest_;
  std::deque<model::LogRecord> lines_;
  bool over_ = false;  // nothing comes after `lines_`
  LogFollowers::Following following_;
  std::shared_ptr<Look> look_;
};

}  // namespace

std::unique_ptr<BodyStream> log_stream(Services& services, LogOwner owner, repository::LogQuery query,
                                       LogEnd end) {
  return std::make_unique<LogLines>(services, std::move(owner), std::move(query), end);
}

}  // namespace det::master
