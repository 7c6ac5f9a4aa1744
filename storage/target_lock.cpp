#include "storage/target_lock.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <ctime>
#include <system_error>

#include "storage/local_disk.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

constexpr const char* lock_name = "lock";
constexpr int attempts = 100;

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

// What the owner wrote: one line, "HOST PID STARTED".
std::string owner_of(int file) {
  std::array<char, 512> line{};
  const auto length = pread(file, line.data(), line.size(), 0);
  std::string_view text(line.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  return std::string(text.substr(0, text.find('\n')));
}

std::string named(const std::string& owner) {
  const auto first = owner.find(' ');
  const auto second = owner.find(' ', first + 1);
  if (first == std::string::npos || second == std::string::npos) return "another process";
  return fmt::format("process {} on {}, started {}", printable(owner.substr(first + 1, second - first - 1)),
                     printable(owner.substr(0, first)), printable(owner.substr(second + 1)));
}

Error held_by(const std::filesystem::path& directory, const std::string& owner) {
  return Error(Failure::held, fmt::format("{} is in use by {}", printable(directory.native()), named(owner)))
      .worth_retrying();
}

bool of_another_host(const std::string& owner) {
  return !owner.empty() && owner.substr(0, owner.find(' ')) != host_name();
}

// Whether the process of this host that the line names still runs.
bool is_alive(const std::string& owner) {
  if (owner.empty()) return false;
  const auto after_host = std::string_view(owner).substr(std::min(owner.find(' '), owner.size() - 1) + 1);
  pid_t pid = 0;
  std::from_chars(after_host.data(), after_host.data() + after_host.size(), pid);
  return pid > 0 && (kill(pid, 0) == 0 || errno == EPERM);
}

// A thread that begins while this lives takes no signals: they are for those whose system calls they
// interrupt.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all{};
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

bool beats(const struct stat& lock) {
  return std::chrono::seconds(std::time(nullptr) - lock.st_mtim.tv_sec) < TargetLock::silence;
}

struct OpenedDirectory {
  Descriptor descriptor;  // invalid: it has just gone
  bool made = false;
};

OpenedDirectory open_directory(const std::filesystem::path& path) {
  const bool made = mkdir(path.c_str(), 0700) == 0;
  if (!made && errno != EEXIST) throw local_disk_error("make " + printable(path.native()), errno);
  Descriptor directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat facts {};
  const bool ours =
      directory && fstat(directory.number(), &facts) == 0 && (made || facts.st_uid == geteuid());
  if (ours) return {std::move(directory), made};
  if (errno == ENOENT) return {};
  throw Error(Failure::held, fmt::format("{} is in the way: it is not a staging directory of this user",
                                         printable(path.native())));
}

}  // namespace

TargetLock::TargetLock(const std::filesystem::path& directory, Untaken /*tag*/) : path_(directory) {}

// Once the other constructor is through, a failure here runs the destructor.
TargetLock::TargetLock(const std::filesystem::path& directory, std::chrono::milliseconds beat_every)
    : TargetLock(directory, Untaken{}) {
  // The owner before us removes lock and directory when it is done; then what we opened is no longer there,
  // and we begin again.
  for (int attempt = 0; attempt < attempts; ++attempt) {
    auto opened = open_directory(path_);
    directory_ = std::move(opened.descriptor);
    made_ = opened.made;
    if (!directory_ || !take()) continue;
    sign();
    start_beating(beat_every);
    return;
  }
  made_ = false;
  throw Error(Failure::held, fmt::format("{} is in use by another process", printable(path_.native())));
}

bool TargetLock::take() {
  file_ = Descriptor(
      openat(directory_.number(), lock_name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600));
  if (!file_ && errno == ENOENT) return false;
  if (!file_) throw local_disk_error("lock " + printable(path_.native()), errno);
  const auto owner = owner_of(file_.number());
  // There are file systems without locks (ENOSYS, ENOLCK): then the owner's line has to tell.
  const bool is_locked = flock(file_.number(), LOCK_EX | LOCK_NB) == 0;
  if (!is_locked && errno == EWOULDBLOCK) {
    made_ = false;  // it is the owner's now
    throw held_by(path_, owner);
  }
  struct stat locked {};
  struct stat named_now {};
  if (fstat(file_.number(), &locked) != 0) throw local_disk_error("lock " + printable(path_.native()), errno);
  const auto lock_path = path_ / lock_name;
  if (lstat(lock_path.c_str(), &named_now) != 0 || named_now.st_ino != locked.st_ino) return false;
  if (beats(locked) && (of_another_host(owner) || (!is_locked && is_alive(owner)))) {
    made_ = false;
    throw held_by(path_, owner);
  }
  return true;
}

void TargetLock::sign() {
  const auto line =
      fmt::format("{} {} {:%Y-%m-%dT%H:%M:%SZ}\n", host_name(), getpid(), fmt::gmtime(std::time(nullptr)));
  const bool written = ftruncate(file_.number(), 0) == 0 && pwrite(file_.number(), line.data(), line.size(),
                                                                   0) == static_cast<ssize_t>(line.size());
  if (!written) throw local_disk_error("lock " + printable(path_.native()), errno);
  signed_ = true;
}

// Without a thread to be had, nothing beats: it is as when nobody hears it.
void TargetLock::start_beating(std::chrono::milliseconds every) {
  const SignalsBlocked blocked;
  try {
    heart_ = std::thread([this, every] {
      std::unique_lock lock(mutex_);
      while (!end_.wait_for(lock, every, [this] { return ended_; })) futimens(file_.number(), nullptr);
    });
  } catch (const std::system_error&) {
    return;
  }
}

TargetLock::~TargetLock() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  end_.notify_one();
  if (heart_.joinable()) heart_.join();
  std::error_code ignored;  // what cannot be removed is met, named, by the next run
  if (made_ && !kept_) std::filesystem::remove_all(path_, ignored);
  if (signed_ && ftruncate(file_.number(), 0) != 0) return;  // then others wait until its beats are too old
}

void TargetLock::remove() {
  unlinkat(directory_.number(), lock_name, 0);
  rmdir(path_.c_str());
}

}  // namespace det::storage
