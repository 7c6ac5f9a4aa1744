#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "storage/gunzip.hpp"

namespace det::storage {

// Compresses piece by piece, fast rather than small, in bounded memory.
class Deflater {
 public:
  enum class Frame { gzip, none };

  explicit Deflater(Frame frame);
  ~Deflater();
  Deflater(Deflater&& other) noexcept;
  Deflater& operator=(Deflater&& other) noexcept;

  // Appends to `out` what has become of `bytes`, which may be kept back in part.
  void add(std::string_view bytes, std::string& out);
  // Appends the rest; nothing is added after this.
  void finish(std::string& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// What `bytes` gives as a gzip stream. Throws what that throws.
Pieces gzip(Pieces bytes);

}  // namespace det::storage
