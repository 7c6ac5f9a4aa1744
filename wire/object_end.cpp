#include "wire/object_end.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "wire/bracket_masks.hpp"

namespace det::wire {
namespace {

// Bit n of the result: whether bits 0 to n hold an odd number of ones.
std::uint64_t running_parity(std::uint64_t bits) {
  for (int distance = 1; distance < 64; distance *= 2) bits ^= bits << distance;
  return bits;
}

}  // namespace

std::optional<std::size_t> ObjectEnd::within(std::string_view piece) {
  std::size_t at = 0;
  for (; at + mask_width <= piece.size(); at += mask_width) {
    if (const auto end = within_block(piece.data() + at, mask_width)) return at + *end;
  }
  if (at == piece.size()) return std::nullopt;
  std::array<char, mask_width> last{};
  std::memcpy(last.data(), piece.data() + at, piece.size() - at);
  if (const auto end = within_block(last.data(), piece.size() - at)) return at + *end;
  return std::nullopt;
}

std::optional<std::size_t> ObjectEnd::within_block(const char* block, std::size_t used) {
  const BracketMasks masks = bracket_masks(block);
  const std::uint64_t quotes = masks.quotes & ~escaped(masks.backslashes, used);
  const std::uint64_t in_string = running_parity(quotes) ^ in_string_;
  in_string_ = std::uint64_t{0} - (in_string >> 63);

  const std::uint64_t openings = masks.openings & ~in_string;
  const std::uint64_t closings = masks.closings & ~in_string;
  const int closed = std::popcount(closings);
  if (depth_ > closed) {  // cannot end here
    depth_ += std::popcount(openings) - closed;
    return std::nullopt;
  }
  for (std::uint64_t left = openings | closings; left != 0; left &= left - 1) {
    depth_ += (openings & left & -left) != 0 ? 1 : -1;
    if (depth_ > 0) continue;
    *this = ObjectEnd();
    return static_cast<std::size_t>(std::countr_zero(left)) + 1;
  }
  return std::nullopt;
}

// The bytes that a backslash before them escapes. Only the first `used` bytes of the block are real.
std::uint64_t ObjectEnd::escaped(std::uint64_t backslashes, std::size_t used) {
  std::uint64_t result = escapes_next_ ? 1 : 0;
  escapes_next_ = false;
  backslashes &= ~result;
  while (backslashes != 0) {
    const auto at = static_cast<std::size_t>(std::countr_zero(backslashes));
    if (at + 1 == used) {
      escapes_next_ = true;
      break;
    }
    result |= std::uint64_t{2} << at;
    backslashes &= ~(std::uint64_t{3} << at);
  }
  return result;
}

}  // namespace det::wire
