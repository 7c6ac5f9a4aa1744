#pragma once

#include <cstddef>
#include <memory>

namespace det::storage {

// Memory to read files into. It begins on a page, since the kernel copies much slower to where it does not,
// and stays in the cache between reading, hashing and writing.
class PageBuffer {
 public:
  static constexpr std::size_t size_bytes = std::size_t{256} << 10U;

  PageBuffer();

  char* data() const { return bytes_.get(); }

 private:
  struct Freeing {
    void operator()(char* bytes) const noexcept;
  };

  std::unique_ptr<char, Freeing> bytes_;
};

}  // namespace det::storage
