#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>

#include "master/connection.hpp"

namespace det::master {

// The catalogue of one master: DIRECTORY/catalogue.sqlite, held by one process at a time. Any thread may call
// write() and read(). Work that has been acknowledged survives the end of the process and of the machine.
class Database {
 public:
  // Makes the directory (0700) and the catalogue (0600) if need be, and brings an older catalogue up to date.
  // Throws Error: held, when another process has it open; usage, when a newer version wrote it; local_disk;
  // integrity.
  explicit Database(const std::filesystem::path& directory);
  // Ends after the works that were handed over.
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs `work` in the writer's thread and returns what it returned, once that is on the disk. Works of
  // several callers share a transaction; one that throws is undone alone, and its exception thrown here. When
  // the transaction cannot be kept, all of its works throw Error{local_disk} and none has happened. Not from
  // within a work.
  template <typename Work>
  auto write(Work&& work) {
    return returned_by(std::forward<Work>(work), [this](const AnyWork& any) { write_any(any); });
  }

  // Runs `work` on this thread, at once with others, over one consistent state of the catalogue, which it
  // cannot change. A long work makes the file of writes grow: stream in portions.
  template <typename Work>
  auto read(Work&& work) const {
    return returned_by(std::forward<Work>(work), [this](const AnyWork& any) { read_any(any); });
  }

 private:
  using AnyWork = std::function<void(Connection&)>;
  class Writer;
  class Readers;
  class Lock;

  template <typename Work, typename Run>
  static auto returned_by(Work&& work, const Run& run) {
    using Result = std::invoke_result_t<Work, Connection&>;
    if constexpr (std::is_void_v<Result>) {
      run(std::ref(work));
    } else {
      std::optional<Result> result;
      run([&](Connection& connection) { result.emplace(work(connection)); });
      return std::move(*result);
    }
  }

  void write_any(const AnyWork& work);
  void read_any(const AnyWork& work) const;

  std::unique_ptr<Lock> lock_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<Readers> readers_;
};

}  // namespace det::master
