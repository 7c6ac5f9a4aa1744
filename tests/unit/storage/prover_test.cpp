#include "storage/prover.hpp"

#include <fcntl.h>

#include <catch2/catch.hpp>

#include "storage/descriptor.hpp"
#include "tests/support/never_cancelled.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"

namespace det::testing {
namespace {

using storage::DigestKind;
using storage::FileProof;
using storage::Verify;
using Kinds = std::vector<DigestKind>;

// A directory with the file "abc", which holds these letters.
struct Shelf {
  Shelf() { write_file(directory / "abc", "abc"); }

  TemporaryDirectory directory;
  storage::Descriptor opened{open(directory.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  NeverCancelled never;
  storage::Prover prover{never};
};

constexpr const char* xxh3_of_abc = "06b05ab6733a618578af5f94892f3950";
constexpr const char* md5_of_abc = "900150983cd24fb0d6963f7d28e17f72";

FileProof proof_of(DigestKind kind, const char* digest) {
  return {.digests = {storage::digest_from_hex(kind, digest).value()}};
}

TEST_CASE("what is hashed follows from the options") {
  CHECK(storage::wanted_digests({}) == Kinds{DigestKind::xxh3_128});
  CHECK(storage::wanted_digests({.verify = Verify::hash}) == Kinds{DigestKind::xxh3_128});
  CHECK(storage::wanted_digests({.verify = Verify::size}).empty());
  CHECK(storage::wanted_digests({.verify = Verify::size, .sha256 = true}) == Kinds{DigestKind::sha256});
  CHECK(storage::wanted_digests({.sha256 = true}) == Kinds{DigestKind::xxh3_128, DigestKind::sha256});
}

TEST_CASE("a file without proof is read and gets one") {
  Shelf shelf;
  FileProof proof;
  shelf.prover.complete(shelf.opened.number(), "abc", {DigestKind::xxh3_128, DigestKind::md5}, proof);
  CHECK(storage::hex(*storage::digest_in(proof, DigestKind::xxh3_128)) == xxh3_of_abc);
  CHECK(storage::hex(*storage::digest_in(proof, DigestKind::md5)) == md5_of_abc);
  CHECK(storage::digest_in(proof, DigestKind::sha256) == nullptr);
}

TEST_CASE("a file larger than the buffer is hashed whole") {
  Shelf shelf;
  const std::string bytes(1'000'003, 'x');
  write_file(shelf.directory / "large", bytes);
  storage::Hasher expected({DigestKind::crc32c});
  expected.add(bytes);
  CHECK(shelf.prover.digests(shelf.opened.number(), "large", {DigestKind::crc32c}) == expected.finish());
}

TEST_CASE("a file whose proof has what is wanted is not read, nor is one that was cloned") {
  Shelf shelf;
  auto known = proof_of(DigestKind::xxh3_128, xxh3_of_abc);
  shelf.prover.complete(shelf.opened.number(), "absent", {DigestKind::xxh3_128}, known);
  FileProof cloned{.cloned = true};
  shelf.prover.complete(shelf.opened.number(), "absent", {DigestKind::xxh3_128}, cloned);
  CHECK(cloned.digests.empty());
  shelf.prover.complete(shelf.opened.number(), "abc", {DigestKind::xxh3_128, DigestKind::sha256}, cloned);
  CHECK(cloned.digests.size() == 2);
}

TEST_CASE("bytes fit a proof as far as it has digests") {
  Shelf shelf;
  const int directory = shelf.opened.number();
  auto right = proof_of(DigestKind::md5, md5_of_abc);
  CHECK(shelf.prover.still_fits(directory, "abc", {DigestKind::xxh3_128}, right));
  CHECK(right.digests.size() == 2);
  auto wrong = proof_of(DigestKind::md5, "00000000000000000000000000000000");
  CHECK_FALSE(shelf.prover.still_fits(directory, "abc", {DigestKind::xxh3_128}, wrong));
  CHECK(wrong.digests.size() == 1);
  FileProof none;
  CHECK(shelf.prover.still_fits(directory, "abc", {DigestKind::xxh3_128}, none));
  CHECK(storage::hex(none.digests.at(0)) == xxh3_of_abc);
}

TEST_CASE("a file that cannot be read is named, and a link is not followed") {
  Shelf shelf;
  const auto error = thrown([&] { shelf.prover.digests(shelf.opened.number(), "absent", {}); });
  CHECK(error.failure == Failure::local_disk);
  CHECK(error.message == "cannot read absent: No such file or directory");
  std::filesystem::create_symlink("abc", shelf.directory / "link");
  CHECK(thrown([&] { shelf.prover.digests(shelf.opened.number(), "link", {}); }).message ==
        "cannot read link: a symbolic link is in the way");
}

}  // namespace
}  // namespace det::testing
