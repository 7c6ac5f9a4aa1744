#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "model/error.hpp"
#include "storage/descriptor.hpp"
#include "storage/digest.hpp"
#include "storage/staging.hpp"
#include "storage/store.hpp"

namespace det::storage {

// What is to be fetched: an object, and the file of the checkpoint that it becomes.
struct Wanted {
  std::string path;
  std::string object;  // its name in the store
  std::uint64_t size_bytes = 0;
  std::string version = {};                     // as list() gave it; empty: none
  std::optional<Digest> stated = std::nullopt;  // by list()
};

// One of them on its way: the file in the staging directory, which several threads fill at once.
class IncomingFile {
 public:
  IncomingFile(const Wanted& wanted, const Staging& staging)
      : wanted_(wanted),
        staging_(staging),
        opening_(staging.earlier_pieces(wanted.path).empty() ? Opening::first : Opening::again) {}

  const Wanted& wanted() const { return wanted_; }

  // Any thread. Writes all of `bytes` at `offset`; the first call opens the file. Throws Error{local_disk}.
  void write(std::string_view bytes, std::uint64_t offset);
  // Any thread. Reads until `length` bytes came or the file ends, piece by piece. Throws Error{local_disk}.
  void read(ByteRange range, const ByteSink& sink);
  // Any thread. Until it is read or written again.
  void close();

 private:
  int descriptor();

  const Wanted& wanted_;
  const Staging& staging_;
  std::mutex mutex_;
  Descriptor file_;
  Opening opening_;
  // Of opening it: what that left would be taken for another file's by the next thread.
  std::optional<Error> failure_;
};

}  // namespace det::storage
