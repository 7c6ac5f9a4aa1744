#include "storage/digest.hpp"

#include <catch2/catch.hpp>

namespace det::testing {
namespace {

using storage::Digest;
using storage::DigestKind;
using storage::Hasher;

std::string digest_of(DigestKind kind, std::string_view bytes) {
  Hasher hasher({kind});
  hasher.add(bytes);
  return storage::hex(hasher.finish().at(0));
}

TEST_CASE("digests are those that their inventors publish") {
  CHECK(digest_of(DigestKind::xxh3_128, "") == "99aa06d3014798d86001c324468d497f");
  CHECK(digest_of(DigestKind::xxh3_128, "abc") == "06b05ab6733a618578af5f94892f3950");
  // RFC 3720, B.4, as the most significant byte first.
  CHECK(digest_of(DigestKind::crc32c, std::string(32, '\0')) == "8a9136aa");
  CHECK(digest_of(DigestKind::crc32c, std::string(32, '\xff')) == "62a8ab43");
  CHECK(digest_of(DigestKind::crc32c, "123456789") == "e3069283");
  CHECK(digest_of(DigestKind::crc32c, "") == "00000000");
  // RFC 1321, A.5.
  CHECK(digest_of(DigestKind::md5, "") == "d41d8cd98f00b204e9800998ecf8427e");
  CHECK(digest_of(DigestKind::md5, "message digest") == "f96b697d7cb7938d525a2f31aaf161d0");
  // FIPS 180-2, B.1 and B.2.
  CHECK(digest_of(DigestKind::sha256, "abc") ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(digest_of(DigestKind::sha256, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST_CASE("several digests of bytes that come in pieces are those of the whole, in the order asked for") {
  std::string bytes;
  for (int i = 0; i < 100'000; ++i) bytes += static_cast<char>(i * 31 % 251);
  Hasher whole({DigestKind::sha256, DigestKind::crc32c, DigestKind::xxh3_128, DigestKind::md5});
  whole.add(bytes);
  auto pieces = Hasher({DigestKind::sha256, DigestKind::crc32c, DigestKind::xxh3_128, DigestKind::md5});
  for (std::size_t at = 0, length = 0; at < bytes.size(); at += length, length = length * 2 + 1) {
    pieces.add(std::string_view(bytes).substr(at, length));
  }
  const auto digests = whole.finish();
  REQUIRE(digests.size() == 4);
  CHECK(digests[0].kind == DigestKind::sha256);
  CHECK(digests[3].kind == DigestKind::md5);
  CHECK(pieces.finish() == digests);
  CHECK(storage::hex(digests[0]) == digest_of(DigestKind::sha256, bytes));
  // As `xxhsum -H2` 0.8.1 gives it.
  CHECK(storage::hex(digests[2]) == "28684b2ad44cd4a402df1e985a776b74");
}

TEST_CASE("without a kind, nothing is computed") {
  Hasher none({});
  none.add("abc");
  CHECK(none.finish().empty());
}

TEST_CASE("a digest reads back from its hexadecimal form, and from no other text") {
  const Digest digest{DigestKind::crc32c, std::string("\xe3\x06\x92\x83")};
  CHECK(storage::digest_from_hex(DigestKind::crc32c, storage::hex(digest)) == digest);
  CHECK_FALSE(storage::digest_from_hex(DigestKind::crc32c, ""));
  CHECK_FALSE(storage::digest_from_hex(DigestKind::crc32c, "e306928"));
  CHECK_FALSE(storage::digest_from_hex(DigestKind::crc32c, "e306928G"));
  CHECK_FALSE(storage::digest_from_hex(DigestKind::crc32c, "E3069283"));
  CHECK_FALSE(storage::digest_from_hex(DigestKind::md5, "e3069283"));
}

TEST_CASE("digests have the names that receipts call them by") {
  CHECK(storage::digest_name(DigestKind::xxh3_128) == "xxh3-128");
  CHECK(storage::digest_name(DigestKind::crc32c) == "crc32c");
  CHECK(storage::digest_name(DigestKind::md5) == "md5");
  CHECK(storage::digest_name(DigestKind::sha256) == "sha256");
}

}  // namespace
}  // namespace det::testing
