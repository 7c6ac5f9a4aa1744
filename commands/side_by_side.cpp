#include "commands/side_by_side.hpp"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

namespace det::commands {
namespace {

class Lanes {
 public:
  Lanes(std::size_t count, const std::function<void(std::size_t)>& work) : work_(work), items_(count) {}
  ~Lanes() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    for (auto& thread : threads_) thread.join();
  }
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;

  // False where the machine has no further thread to give.
  bool start_one() {
    try {
      threads_.emplace_back([this] { run(); });
      return true;
    } catch (const std::system_error&) {
      return false;
    }
  }
  // Throws what the work threw.
  void wait_for(std::size_t item) {
    std::unique_lock lock(mutex_);
    news_.wait(lock, [&] { return items_[item].done; });
    if (items_[item].failure) std::rethrow_exception(items_[item].failure);
  }

 private:
  struct Item {
    bool done = false;
    std::exception_ptr failure = nullptr;
  };

  void run() {
    while (const auto item = next()) {
      std::exception_ptr failure;
      // One of the few catches: carries home whatever ends a thread.
      try {
        work_(*item);
      } catch (...) {
        failure = std::current_exception();
      }
      const std::lock_guard lock(mutex_);
      items_[*item] = {true, failure};
      if (failure) stopped_ = true;
      news_.notify_one();
    }
  }

  std::optional<std::size_t> next() {
    const std::lock_guard lock(mutex_);
    if (stopped_ || begun_ == items_.size()) return std::nullopt;
    return begun_++;
  }

  const std::function<void(std::size_t)>& work_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;  // of what follows
  std::condition_variable news_;
  std::vector<Item> items_;
  std::size_t begun_ = 0;
  bool stopped_ = false;
};

}  // namespace

void side_by_side(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& work,
                  const std::function<void(std::size_t)>& done) {
  Lanes lanes(count, work);
  std::size_t started = 0;
  while (started < threads && threads > 1 && lanes.start_one()) ++started;
  for (std::size_t item = 0; item < count; ++item) {
    if (started > 0) {
      lanes.wait_for(item);
    } else {
      work(item);
    }
    done(item);
  }
}

}  // namespace det::commands
