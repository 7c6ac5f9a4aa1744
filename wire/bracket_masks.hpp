#pragma once

#include <cstddef>
#include <cstdint>

namespace det::wire {

// Which of 64 bytes are what, one bit a byte, the first byte lowest.
struct BracketMasks {
  std::uint64_t quotes = 0;
  std::uint64_t backslashes = 0;
  std::uint64_t openings = 0;  // { and [
  std::uint64_t closings = 0;  // } and ]
};

inline constexpr std::size_t mask_width = 64;

// Reads exactly mask_width bytes.
BracketMasks bracket_masks(const char* block);
// The same without vector instructions: what machines that lack them run, and what the other is tested by.
BracketMasks portable_bracket_masks(const char* block);

}  // namespace det::wire
