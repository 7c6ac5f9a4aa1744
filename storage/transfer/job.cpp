#include "storage/transfer/job.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "storage/local_disk.hpp"

namespace det::storage {

using std::chrono::milliseconds;

namespace {

// Small files of which the thread in charge is told at once: to wake it for each costs more than its work.
constexpr std::size_t worth_telling = 32;

}  // namespace

Job::Job(std::vector<Part> parts, const http::RetryRule& rule)
    : rule_(rule),
      parts_(std::move(parts)),
      untaken_(parts_.size()),
      news_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!news_) throw local_disk_error("begin a transfer", errno);
  for (std::size_t at = 0; at < parts_.size(); ++at) {
    if (at == 0 || parts_[at].file != parts_[at - 1].file) files_.push_back({.next = at});
    files_.back().end = at + 1;
  }
}

std::optional<Part> Job::take(Lane& lane) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return std::nullopt;
  if (!waiting_.empty() && waiting_.begin()->first <= Clock::now()) {
    auto node = waiting_.extract(waiting_.begin());
    ++taken_;
    return node.mapped();
  }
  if (untaken_ == 0) return std::nullopt;
  if (!lane.file || files_[*lane.file].next == files_[*lane.file].end) move_on(lane);
  const auto part = parts_[files_[*lane.file].next++];
  --untaken_;
  ++taken_;
  return part;
}

// Files behind the lane's come first, in order; what others had skipped or are at, when there is no such.
void Job::move_on(Lane& lane) {
  const auto is_open = [](const FileParts& file) { return file.next < file.end; };
  const auto is_free = [&](const FileParts& file) { return is_open(file) && file.lanes == 0; };
  const auto behind = lane.file ? files_.begin() + static_cast<std::ptrdiff_t>(*lane.file) : files_.begin();
  if (lane.file) --behind->lanes;
  auto next = std::find_if(behind, files_.end(), is_free);
  if (next == files_.end()) next = std::find_if(files_.begin(), files_.end(), is_free);
  if (next == files_.end()) next = std::find_if(files_.begin(), files_.end(), is_open);
  ++next->lanes;
  lane.file = static_cast<std::size_t>(next - files_.begin());
}

std::optional<milliseconds> Job::next_due() const {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) return std::nullopt;
  return std::max(std::chrono::ceil<milliseconds>(waiting_.begin()->first - Clock::now()), milliseconds(0));
}

void Job::wait_for_parts(milliseconds longest) {
  std::unique_lock lock(mutex_);
  if (stopped_ || untaken_ > 0) return;
  parts_changed_.wait_for(lock, longest);
}

void Job::finished(Done done) {
  const std::lock_guard lock(mutex_);
  if (done.ends_part && --taken_ == 0) parts_changed_.notify_all();
  const bool has_digests_to_come = !done.piece.xxh3_128.empty();
  done_.push_back(std::move(done));
  const bool is_last = taken_ == 0 && untaken_ == 0 && waiting_.empty();
  if (is_last || has_digests_to_come || done_.size() == worth_telling) tell();
}

void Job::try_again(const Part& part, milliseconds delay) {
  const std::lock_guard lock(mutex_);
  --taken_;
  waiting_.emplace(Clock::now() + delay, part);
  parts_changed_.notify_all();
}

void Job::fail(const Error& error) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = error;
  stopped_ = true;
  parts_changed_.notify_all();
  tell();
}

void Job::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  parts_changed_.notify_all();
}

std::vector<Done> Job::take_done() {
  const std::lock_guard lock(mutex_);
  std::uint64_t count = 0;
  while (::read(news_.number(), &count, sizeof count) < 0 && errno == EINTR) continue;
  return std::exchange(done_, {});
}

bool Job::over() const {
  const std::lock_guard lock(mutex_);
  if (failure_) throw *failure_;
  return untaken_ == 0 && waiting_.empty() && taken_ == 0 && done_.empty();
}

void Job::tell() {
  constexpr std::uint64_t one = 1;
  while (::write(news_.number(), &one, sizeof one) < 0 && errno == EINTR) continue;
}

}  // namespace det::storage
