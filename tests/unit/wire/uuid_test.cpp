#include "wire/uuid.hpp"

#include <catch2/catch.hpp>
#include <string>

using det::wire::is_uuid;

TEST_CASE("a uuid is 8-4-4-4-12 hexadecimal digits, and nothing else") {
  CHECK(is_uuid("a0000005-0000-4000-8000-00000000000f"));
  CHECK(is_uuid("A0000005-0000-4000-8000-00000000000F"));
  for (const char* text :
       {"", "..", "a0000005-0000-4000-8000-00000000000", "a0000005-0000-4000-8000-00000000000f0",
        "a0000005-0000-4000-8000-00000000000g", "a00000050000-4000-8000-00000000000000",
        "a0000005/0000-4000-8000-00000000000f", "------------------------------------"}) {
    INFO(text);
    CHECK_FALSE(is_uuid(text));
  }
}
