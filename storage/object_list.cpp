#include "storage/object_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "model/error.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

constexpr std::size_t most_objects = 1'000'000;
constexpr std::size_t most_text_bytes = std::size_t{256} << 20U;
constexpr std::size_t most_empty_pages = 1'000;
constexpr std::size_t longest_name = 4097;  // what require_object_name() passes at most
constexpr std::size_t longest_version = std::size_t{1} << 10U;
constexpr std::size_t longest_mark = std::size_t{16} << 10U;

// However many of them a server sends, none may take memory that no store needs.
void require_size(std::string_view text, std::size_t longest, std::string_view what) {
  if (text.size() <= longest) return;
  throw Error(Failure::integrity,
              fmt::format("the store's list has a {} of {} bytes: {}", what, text.size(), printable(text)));
}

}  // namespace

void ObjectList::add(StoredObject object) {
  if (!object.path.starts_with(prefix_)) {
    throw Error(Failure::integrity, fmt::format("the store listed {}, which is not below {}",
                                                printable(object.path), printable(prefix_)));
  }
  exists_ = true;
  object.path.erase(0, prefix_.size());
  if (object.path.empty()) return;  // the mark of the folder itself
  require_size(object.path, longest_name, "name");
  if (object.path.ends_with('/')) object = {.path = std::move(object.path)};
  require_size(object.version, longest_version, "version");
  keep_text(object.path.size() + object.version.size());
  objects_.push_back(std::move(object));
  if (objects_.size() <= most_objects) return;
  throw Error(Failure::integrity,
              fmt::format("{} holds more than {} objects", printable(prefix_), most_objects));
}

void ObjectList::keep_text(std::size_t bytes) {
  text_bytes_ += bytes;
  if (text_bytes_ <= most_text_bytes) return;
  throw Error(Failure::integrity, fmt::format("the list of {} has more than {} bytes of names",
                                              printable(prefix_), most_text_bytes));
}

bool ObjectList::goes_on(const std::string& mark) {
  if (mark.empty()) return false;
  require_size(mark, longest_mark, "mark of a page");
  keep_text(mark.size());
  const bool has_objects = page_begin_ < objects_.size();
  empty_pages_ = has_objects ? 0 : empty_pages_ + 1;
  if (empty_pages_ >= most_empty_pages) {
    throw Error(Failure::integrity,
                fmt::format("the list of {} goes on without objects", printable(prefix_)));
  }
  const bool gets_on = !has_objects || first_paths_.insert(objects_[page_begin_].path).second;
  page_begin_ = objects_.size();
  if (marks_.insert(mark).second && gets_on) return true;
  throw Error(Failure::integrity,
              fmt::format("the list of {} does not end: the store names a page again", printable(prefix_)));
}

std::optional<std::vector<StoredObject>> ObjectList::finish() {
  if (!exists_) return std::nullopt;
  std::sort(objects_.begin(), objects_.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return std::move(objects_);
}

}  // namespace det::storage
