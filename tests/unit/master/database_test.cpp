#include "master/database.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <future>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "model/error.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"

using det::Error;
using det::Failure;
using det::master::Connection;
using det::master::Database;
using det::testing::TemporaryDirectory;
using det::testing::thrown;

namespace {

void add(Connection& connection, const std::string& name, const std::string& value = "x") {
  connection.execute("INSERT INTO settings(name, value) VALUES (?, ?)", name, value);
}

std::int64_t number(Connection& connection, const std::string& sql) {
  auto query = connection.query(sql);
  query.step();
  return query.integer();
}

std::int64_t count(const Database& database) {
  return database.read(
      [](Connection& connection) { return number(connection, "SELECT count(*) FROM settings"); });
}

std::string integrity(const Database& database) {
  return database.read([](Connection& connection) {
    auto query = connection.query("PRAGMA integrity_check");
    query.step();
    return query.text();
  });
}

unsigned permissions(const std::filesystem::path& path) {
  struct stat facts {};
  REQUIRE(stat(path.c_str(), &facts) == 0);
  return facts.st_mode & 0777U;
}

// Writes rows from four threads until it is killed; tells each number on `acknowledgements` once it is kept.
[[noreturn]] void write_until_killed(const std::filesystem::path& directory, int acknowledgements, int run) {
  Database database(directory);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int row = 0;; ++row) {
        const std::int32_t name = run * 1'000'000 + thread * 100'000 + row;
        database.write([&](Connection& connection) { add(connection, std::to_string(name)); });
        if (write(acknowledgements, &name, sizeof name) != sizeof name) _exit(1);
      }
    });
  }
  threads.front().join();
  _exit(1);
}

// What was acknowledged until the kill.
std::set<std::int32_t> killed_run(const std::filesystem::path& directory, int run) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const auto child = fork();
  REQUIRE(child >= 0);
  if (child == 0) write_until_killed(directory, ends[1], run);
  close(ends[1]);
  std::set<std::int32_t> acknowledged;
  std::int32_t name = 0;
  while (acknowledged.size() < 20 && read(ends[0], &name, sizeof name) == sizeof name)
    acknowledged.insert(name);
  kill(child, SIGKILL);
  while (read(ends[0], &name, sizeof name) == sizeof name) acknowledged.insert(name);
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return acknowledged;
}

}  // namespace

TEST_CASE("a catalogue is made with its directory, for its owner alone") {
  const TemporaryDirectory parent;
  const auto directory = parent / "a" / "master";
  Database database(directory);
  CHECK(permissions(directory) == 0700);
  for (const auto* name : {"catalogue.sqlite", "catalogue.sqlite-wal", "catalogue.sqlite-shm", "lock"}) {
    CHECK(permissions(directory / name) == 0600);
  }
}

TEST_CASE("a catalogue's directory may be reached through a link, the catalogue itself may not") {
  const TemporaryDirectory parent;
  std::filesystem::create_directory(parent / "real");
  std::filesystem::create_directory_symlink(parent / "real", parent / "link");
  for (const auto& directory : {parent / "link" / "master", parent / "link"}) {
    Database(directory).write([](Connection& connection) { add(connection, "a"); });
    CHECK(count(Database(directory)) == 1);
  }
  std::filesystem::rename(parent / "real/catalogue.sqlite", parent / "elsewhere");
  std::filesystem::create_symlink(parent / "elsewhere", parent / "real/catalogue.sqlite");
  CHECK(thrown([&] { Database again(parent / "link"); }).failure == Failure::local_disk);
}

TEST_CASE("a catalogue that another process holds is refused, naming the process") {
  const TemporaryDirectory directory;
  const Database database(directory.path());
  const auto error = thrown([&] { Database again(directory.path()); });
  CHECK(error.failure == Failure::held);
  CHECK(error.message ==
        directory.path().native() + " is in use by another master, process " + std::to_string(getpid()));
}

TEST_CASE("what was written is read by whoever opens the catalogue next") {
  const TemporaryDirectory directory;
  {
    Database(directory.path()).write([](Connection& connection) { add(connection, "a"); });
  }
  CHECK(count(Database(directory.path())) == 1);
}

TEST_CASE("a write returns what its work returns") {
  const TemporaryDirectory directory;
  Database database(directory.path());
  CHECK(database.write([](Connection&) { return std::string("done"); }) == "done");
}

TEST_CASE("a work that throws is undone, and its exception comes back to its caller") {
  const TemporaryDirectory directory;
  Database database(directory.path());
  const auto error = thrown([&] {
    database.write([](Connection& connection) {
      add(connection, "a");
      throw Error(Failure::not_found, "no such thing");
    });
  });
  CHECK(error.message == "no such thing");
  CHECK(count(database) == 0);
}

TEST_CASE("works that wait together share a transaction, and one that throws does not undo the others") {
  const TemporaryDirectory directory;
  Database database(directory.path());
  std::promise<void> all_wait;
  std::atomic<int> seen_outside = -1;
  std::vector<std::thread> callers;
  std::promise<void> first_runs;
  callers.emplace_back([&] {
    database.write([&](Connection&) {
      first_runs.set_value();
      all_wait.get_future().wait();
    });
  });
  first_runs.get_future().wait();
  for (int caller = 0; caller < 50; ++caller) {
    callers.emplace_back([&, caller] {
      try {
        database.write([&](Connection& connection) {
          add(connection, std::to_string(caller));
          const auto inside = number(connection, "SELECT count(*) FROM settings");
          if (inside > 20) seen_outside = static_cast<int>(count(database));
          if (caller % 10 == 0) throw std::runtime_error("undone");
        });
      } catch (const std::runtime_error&) {
        // Expected of five.
      }
    });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  all_wait.set_value();
  for (auto& caller : callers) caller.join();
  CHECK(count(database) == 45);
  CHECK(seen_outside == 0);
}

TEST_CASE("a reader sees one state, whatever is written meanwhile") {
  const TemporaryDirectory directory;
  Database database(directory.path());
  database.read([&](Connection& connection) {
    CHECK(number(connection, "SELECT count(*) FROM settings") == 0);
    database.write([](Connection& writer) { add(writer, "a"); });
    CHECK(number(connection, "SELECT count(*) FROM settings") == 0);
  });
  CHECK(count(database) == 1);
}

TEST_CASE("a reader cannot write") {
  const TemporaryDirectory directory;
  const Database database(directory.path());
  const auto error = thrown([&] { database.read([](Connection& connection) { add(connection, "a"); }); });
  CHECK(error.failure == Failure::local_disk);
  CHECK(count(database) == 0);
}

TEST_CASE("a full disk fails the write whole, and the catalogue goes on when there is space again") {
  const TemporaryDirectory directory;
  Database database(directory.path());
  const auto limit_pages = [&](const std::string& pages) {
    database.write([&](Connection& connection) { number(connection, "PRAGMA max_page_count = " + pages); });
  };
  limit_pages("1");
  const auto error = thrown([&] {
    database.write([](Connection& connection) {
      add(connection, "small");
      add(connection, "large", std::string(1'000'000, 'x'));
    });
  });
  CHECK(error.failure == Failure::local_disk);
  CHECK(error.message == "cannot write the catalogue: the disk is full");
  limit_pages("1000000");
  CHECK(count(database) == 0);
  database.write([](Connection& connection) { add(connection, "large", std::string(1'000'000, 'x')); });
  CHECK(count(database) == 1);
  CHECK(integrity(database) == "ok");
}

TEST_CASE("a disk that refuses a write tears nothing") {
  const TemporaryDirectory directory;
  Database database(directory.path());
  database.write([](Connection& connection) { add(connection, "before"); });
  struct rlimit usual {};
  getrlimit(RLIMIT_FSIZE, &usual);
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  auto tight = usual;
  tight.rlim_cur = 300'000;
  setrlimit(RLIMIT_FSIZE, &tight);
  const auto error = thrown([&] {
    database.write([](Connection& connection) { add(connection, "large", std::string(2'000'000, 'x')); });
  });
  setrlimit(RLIMIT_FSIZE, &usual);
  std::signal(SIGXFSZ, ignored);
  CHECK(error.failure == Failure::local_disk);
  CHECK(count(database) == 1);
  database.write([](Connection& connection) { add(connection, "after"); });
  CHECK(count(database) == 2);
  CHECK(integrity(database) == "ok");
}

TEST_CASE("what was acknowledged outlives a process that is killed, ten times over") {
  const TemporaryDirectory directory;
  std::set<std::int32_t> acknowledged;
  for (int run = 1; run <= 10; ++run) acknowledged.merge(killed_run(directory.path(), run));
  CHECK(acknowledged.size() >= 200);
  const Database database(directory.path());
  CHECK(integrity(database) == "ok");
  const auto missing = database.read([&](Connection& connection) {
    std::int64_t lost = 0;
    for (const auto name : acknowledged) {
      auto query = connection.query("SELECT 1 FROM settings WHERE name = ?", std::to_string(name));
      if (!query.step()) ++lost;
    }
    return lost;
  });
  CHECK(missing == 0);
}
