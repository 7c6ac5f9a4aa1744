#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "storage/store.hpp"

namespace det::storage {

// What a bucket lists page by page, on its way to what Store::list() returns. Names below the prefix stay as
// the server gives them, also those that require_relative() refuses: whoever makes paths of them checks them
// (FileList), and no store reads or removes such an object.
class ObjectList {
 public:
  // Every name begins with `prefix`, which ends in '/'.
  explicit ObjectList(std::string prefix) : prefix_(std::move(prefix)) {}

  // One object, by its whole name. Throws Error{integrity} for a name that was not asked for, for one of
  // more than 4097 bytes below the prefix, a version of more than a KiB, for more than a million objects, and
  // for more than 256 MiB of names, versions and marks together.
  void add(StoredObject object);
  // After each page: whether there is another, `mark`, by which it is asked for, not being empty. Throws
  // Error{integrity} for one that has been given before, and when the page began with an object with which an
  // earlier one began, after a thousand pages in a row without objects, and for one of more than 16 KiB.
  bool goes_on(const std::string& mark);
  // Absent when nothing was added.
  std::optional<std::vector<StoredObject>> finish();

 private:
  void keep_text(std::size_t bytes);

  std::string prefix_;
  std::vector<StoredObject> objects_;
  std::size_t text_bytes_ = 0;   // of names, versions and marks
  std::size_t page_begin_ = 0;   // of the last page, in objects_
  std::size_t empty_pages_ = 0;  // in a row, until now
  std::set<std::string> first_paths_;
  std::set<std::string> marks_;
  bool exists_ = false;
};

}  // namespace det::storage
