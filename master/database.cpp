#include "master/database.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <exception>
#include <future>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "master/schema.hpp"
#include "model/error.hpp"
#include "storage/descriptor.hpp"
#include "storage/local_disk.hpp"

namespace det::master {
namespace {

constexpr const char* catalogue_name = "catalogue.sqlite";
// So many connections for reading stay open; more are opened when more threads read at once.
constexpr std::size_t idle_readers = 16;

// Returns it without links: SQLite follows none, anywhere in a path, where it follows none to the file.
std::filesystem::path made_directory(const std::filesystem::path& directory) {
  std::error_code error;
  if (directory.has_parent_path()) std::filesystem::create_directories(directory.parent_path(), error);
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    throw storage::local_disk_error("make " + directory.native(), errno);
  }
  auto real = std::filesystem::canonical(directory, error);
  if (error) throw storage::local_disk_error("open " + directory.native(), error.value());
  return real;
}

storage::Descriptor opened(const std::filesystem::path& file) {
  storage::Descriptor descriptor(open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!descriptor) throw storage::local_disk_error("open " + file.native(), errno);
  return descriptor;
}

// SQLite gives the files next to the catalogue its permissions.
std::filesystem::path made_catalogue(const std::filesystem::path& directory) {
  auto file = directory / catalogue_name;
  opened(file);
  return file;
}

std::unique_ptr<Connection> writing_connection(const std::filesystem::path& file) {
  auto connection = std::make_unique<Connection>(file, Connection::Access::read_write);
  connection->execute_script(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
      "PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864;");
  migrate(*connection);
  return connection;
}

}  // namespace

class Database::Lock {
 public:
  explicit Lock(const std::filesystem::path& directory) : file_(opened(directory / "lock")) {
    if (flock(file_.number(), LOCK_EX | LOCK_NB) != 0) throw held(directory);
    const auto owner = fmt::format("{}\n", getpid());
    if (ftruncate(file_.number(), 0) != 0 || pwrite(file_.number(), owner.data(), owner.size(), 0) < 0) {
      throw storage::local_disk_error("write " + (directory / "lock").native(), errno);
    }
  }

 private:
  Error held(const std::filesystem::path& directory) const {
    std::array<char, 32> text{};
    const auto length = pread(file_.number(), text.data(), text.size(), 0);
    std::string owner(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    while (!owner.empty() && owner.back() == '\n') owner.pop_back();
    const bool digits = !owner.empty() && owner.find_first_not_of("0123456789") == std::string::npos;
    return Error(Failure::held, fmt::format("{} is in use by another master{}", directory.native(),
                                            digits ? ", process " + owner : ""));
  }

  storage::Descriptor file_;
};

// The one thread that writes. Whoever waits for the disk is joined by those who come in the meantime.
class Database::Writer {
 public:
  explicit Writer(std::unique_ptr<Connection> connection)
      : connection_(std::move(connection)), thread_([this] { work_until_ended(); }) {}

  ~Writer() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

  void write(const AnyWork& work) {
    if (std::this_thread::get_id() == thread_.get_id()) {
      throw std::logic_error("a work of the writer cannot wait for another one");
    }
    Job job{&work, {}, {}};
    auto done = job.done.get_future();
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(&job);
    }
    changed_.notify_one();
    done.get();
  }

 private:
  struct Job {
    const AnyWork* work;
    std::promise<void> done;
    std::exception_ptr failure;
  };
  using Jobs = std::deque<Job*>;

  void work_until_ended() {
    for (auto jobs = next_jobs(); !jobs.empty(); jobs = next_jobs()) {
      // An exception that ends the whole transaction goes home to every caller in it.
      try {
        run_together(jobs);
      } catch (...) {
        abandon(jobs, std::current_exception());
      }
      for (auto* job : jobs) finish(*job);
    }
  }

  // The job belongs to its caller, who may be gone as soon as it is told.
  static void finish(Job& job) {
    auto done = std::move(job.done);
    const auto failure = std::move(job.failure);
    failure ? done.set_exception(failure) : done.set_value();
  }

  Jobs next_jobs() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    return std::exchange(waiting_, {});
  }

  void run_together(const Jobs& jobs) {
    connection_->execute("BEGIN IMMEDIATE");
    for (auto* job : jobs) run_alone(*job);
    connection_->execute("COMMIT");
  }

  // In a savepoint, so that a work that throws is undone and the others are not.
  void run_alone(Job& job) {
    connection_->execute("SAVEPOINT work");
    try {
      (*job.work)(*connection_);
    } catch (...) {
      job.failure = std::current_exception();
      // A disk that failed has ended the transaction, and with it the works before this one.
      if (!connection_->in_transaction()) throw;
      connection_->execute("ROLLBACK TO work");
    }
    connection_->execute("RELEASE work");
  }

  void abandon(const Jobs& jobs, const std::exception_ptr& failure) {
    connection_->roll_back();
    for (auto* job : jobs) {
      if (!job->failure) job->failure = failure;
    }
  }

  std::unique_ptr<Connection> connection_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Jobs waiting_;
  bool ending_ = false;
  std::thread thread_;
};

class Database::Readers {
 public:
  explicit Readers(std::filesystem::path file) : file_(std::move(file)) {}

  void read(const AnyWork& work) {
    const Snapshot snapshot(*this);
    work(*snapshot.connection);
  }

 private:
  struct Snapshot {
    explicit Snapshot(Readers& readers) : owner(readers), connection(readers.take()) {
      connection->execute("BEGIN");
    }
    ~Snapshot() {
      connection->roll_back();
      owner.give_back(std::move(connection));
    }
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

    Readers& owner;
    std::unique_ptr<Connection> connection;
  };

  std::unique_ptr<Connection> take() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        return connection;
      }
    }
    return std::make_unique<Connection>(file_, Connection::Access::read_only);
  }

  void give_back(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < idle_readers) idle_.push_back(std::move(connection));
  }

  std::filesystem::path file_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

Database::Database(const std::filesystem::path& directory) {
  const auto real = made_directory(directory);
  lock_ = std::make_unique<Lock>(real);
  const auto file = made_catalogue(real);
  writer_ = std::make_unique<Writer>(writing_connection(file));
  readers_ = std::make_unique<Readers>(file);
}

Database::~Database() = default;

void Database::write_any(const AnyWork& work) {
  writer_->write(work);
}

void Database::read_any(const AnyWork& work) const {
  readers_->read(work);
}

}  // namespace det::master
