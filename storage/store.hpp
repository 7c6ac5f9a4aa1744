#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/checkpoint.hpp"
#include "storage/digest.hpp"
#include "storage/gunzip.hpp"

namespace det::storage {

struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

// Takes the pieces of what is read, in order; false: no more are wanted.
using ByteSink = std::function<bool(std::string_view)>;

// What a store lists of an object.
struct StoredObject {
  std::string path;  // relative to the folder that was listed; that of a folder ends in '/'
  std::uint64_t size_bytes = 0;
  std::optional<Digest> digest = std::nullopt;  // of its bytes, as the store states it
  std::string version = {};  // changes whenever the bytes do (ETag, generation); empty: the store has none
};

std::vector<model::CheckpointFile> files_of(const std::vector<StoredObject>& objects);

// A place where the files of checkpoints lie as objects with names like "UUID/code/model_def.py". Names are
// those that require_relative() passes; others throw its Error{integrity}. What is absent is told apart from
// what failed: each function says how absence shows, and everything else throws Error{storage}. Of one thread
// at a time.
class Store {
 public:
  virtual ~Store() = default;

  // What lies below `folder`, relative to it, by path in byte order; folders too, where the store has such
  // things or marks them by an object whose name ends in '/', each ending in '/' with size 0. Only what can
  // be read as bytes: links and special files are left out. Absent: there is no such folder.
  virtual std::optional<std::vector<StoredObject>> list(const std::string& folder) const = 0;

  // Gives the bytes of one object to `sink`: fewer than asked for where it ends earlier. False: it is absent.
  virtual bool read(const std::string& name, ByteRange range, const ByteSink& sink) const = 0;
};

class WritableStore : public Store {
 public:
  // Puts one object in place, or in the place of another, with all that `bytes` gives: readers see the whole
  // of one or the other, also after a crash. What `bytes` throws leaves everything as it was.
  virtual void put(const std::string& name, const Pieces& bytes) = 0;

  // Removes one object. That it is absent is success.
  virtual void remove(const std::string& name) = 0;
};

}  // namespace det::storage
