#include "storage/transfer/hash_front.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/error.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

constexpr std::uint64_t slice_bytes = std::uint64_t{4} << 20U;

}  // namespace

bool HashFront::advance() {
  while (!pieces_.empty() && pieces_.begin()->first <= there_) {
    there_ = std::max(there_, pieces_.begin()->first + pieces_.begin()->second);
    pieces_.erase(pieces_.begin());
  }
  const auto length = std::min(there_ - front_, slice_bytes);
  if (length == 0) return false;
  const auto before = front_;
  file_.read({front_, length}, [this](std::string_view bytes) {
    hasher_.add(bytes);
    front_ += bytes.size();
    return true;
  });
  if (front_ == before) {
    throw Error(Failure::local_disk, fmt::format("\"{}\" was cut short by somebody else while it was written",
                                                 printable(file_.wanted().path)));
  }
  return true;
}

}  // namespace det::storage
