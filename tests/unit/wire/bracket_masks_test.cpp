#include "wire/bracket_masks.hpp"

#include <catch2/catch.hpp>
#include <string>

using det::wire::bracket_masks;
using det::wire::BracketMasks;
using det::wire::mask_width;
using det::wire::portable_bracket_masks;

TEST_CASE("each mark of JSON has its own mask, the first byte lowest") {
  std::string block = "{\"a\\\"[1]\"}";
  block.resize(mask_width, ' ');
  const BracketMasks masks = bracket_masks(block.data());
  CHECK(masks.openings == 0b00000100001);
  CHECK(masks.quotes == 0b00100010010 + 0b0);
  CHECK(masks.backslashes == 0b00000001000);
  CHECK(masks.closings == 0b01010000000);
}

TEST_CASE("vector instructions find the same marks as plain code, for every byte at every place") {
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t at = 0; at < mask_width; ++at) {
      std::string block(mask_width, 'x');
      block[at] = static_cast<char>(byte);
      const BracketMasks fast = bracket_masks(block.data());
      const BracketMasks plain = portable_bracket_masks(block.data());
      REQUIRE(fast.quotes == plain.quotes);
      REQUIRE(fast.backslashes == plain.backslashes);
      REQUIRE(fast.openings == plain.openings);
      REQUIRE(fast.closings == plain.closings);
    }
  }
}
