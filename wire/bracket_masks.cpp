#include "wire/bracket_masks.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace det::wire {

BracketMasks portable_bracket_masks(const char* block) {
  BracketMasks masks;
  for (std::size_t i = 0; i < mask_width; ++i) {
    const std::uint64_t bit = std::uint64_t{1} << i;
    switch (block[i]) {
      case '"':
        masks.quotes |= bit;
        break;
      case '\\':
        masks.backslashes |= bit;
        break;
      case '{':
      case '[':
        masks.openings |= bit;
        break;
      case '}':
      case ']':
        masks.closings |= bit;
        break;
      default:
        break;
    }
  }
  return masks;
}

#if defined(__SSE2__)
namespace {

std::uint64_t equal_bytes(__m128i bytes, char wanted) {
  const int mask = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(wanted)));
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(mask));
}

}  // namespace

BracketMasks bracket_masks(const char* block) {
  constexpr std::size_t lane = sizeof(__m128i);
  BracketMasks masks;
  for (std::size_t at = 0; at < mask_width; at += lane) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + at));
    // Brackets and braces differ by this bit alone, and no other byte becomes a brace by it.
    const __m128i as_braces = _mm_or_si128(bytes, _mm_set1_epi8('{' ^ '['));
    masks.quotes |= equal_bytes(bytes, '"') << at;
    masks.backslashes |= equal_bytes(bytes, '\\') << at;
    masks.openings |= equal_bytes(as_braces, '{') << at;
    masks.closings |= equal_bytes(as_braces, '}') << at;
  }
  return masks;
}
#else
BracketMasks bracket_masks(const char* block) {
  return portable_bracket_masks(block);
}
#endif

}  // namespace det::wire
