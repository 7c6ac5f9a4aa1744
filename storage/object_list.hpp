#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "storage/store.hpp"

namespace det::storage {

// What a bucket lists page by page, on its way to what Store::list() returns.
class ObjectList {
 public:
  // Every name begins with `prefix`, which ends in '/'.
  explicit ObjectList(std::string prefix) : prefix_(std::move(prefix)) {}

  // One object, by its whole name. Throws Error{integrity} for a name that was not asked for and for more
  // than a million.
  void add(StoredObject object);
  // Whether there is another page: `mark`, by which it is asked for, is not empty. Throws Error{integrity}
  // for one that has been given before.
  bool goes_on(const std::string& mark);
  // Absent when nothing was added.
  std::optional<std::vector<StoredObject>> finish();

 private:
  std::string prefix_;
  std::vector<StoredObject> objects_;
  std::set<std::string> marks_;
  bool exists_ = false;
};

}  // namespace det::storage
