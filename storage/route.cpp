#include "storage/route.hpp"

namespace det::storage {

StatedDigests Route::stated(const model::Checkpoint& /*checkpoint*/) {
  return {};
}

bool another_way_may_help(Failure failure) {
  switch (failure) {
    case Failure::storage:
    case Failure::integrity:
    case Failure::unreachable:
    case Failure::not_found:
    case Failure::permission:
    case Failure::master:
      return true;
    default:
      return false;
  }
}

}  // namespace det::storage
