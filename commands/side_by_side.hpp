#pragma once

#include <cstddef>
#include <functional>

namespace det::commands {

// Does `work` for 0 to `count` - 1, begun in that order, on up to `threads` threads, and calls `done` for
// each on the calling thread, in that order too, as soon as it and all before it are done. With one thread
// all of it happens on the calling one. What `work` or `done` throws ends it: nothing more is begun, what is
// under way is waited for, and the first of them, in that order, is thrown here.
void side_by_side(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& work,
                  const std::function<void(std::size_t)>& done);

}  // namespace det::commands
