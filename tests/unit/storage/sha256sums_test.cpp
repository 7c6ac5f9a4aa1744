#include "storage/sha256sums.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "storage/prover.hpp"
#include "tests/support/never_cancelled.hpp"
#include "tests/support/temporary_directory.hpp"

namespace det::testing {
namespace {

using storage::DigestKind;
using storage::ReceiptFile;
using Names = std::vector<std::string>;

ReceiptFile hashed(const std::string& path, std::string_view bytes) {
  storage::Hasher hasher({DigestKind::sha256});
  hasher.add(bytes);
  return {path, bytes.size(), 0, {.digests = hasher.finish()}};
}

constexpr const char* of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST_CASE("sums are written as coreutils writes them") {
  CHECK(storage::sums_text({hashed("model.pt", "abc"), hashed("a b/c", "abc")}) ==
        std::string(of_abc) + "  model.pt\n" + of_abc + "  a b/c\n");
  CHECK(
      storage::sums_text({hashed("two\nlines", "abc"), hashed("back\\slash", "abc"), hashed("r\r", "abc")}) ==
      "\\" + std::string(of_abc) + "  two\\nlines\n\\" + of_abc + "  back\\\\slash\n\\" + of_abc +
          "  r\\r\n");
  CHECK(storage::sums_text({}).empty());
}

TEST_CASE("a payload's own receipt is summed by the name that it has on disk") {
  CHECK(storage::sums_text({hashed("det-receipt.json", "abc")}) ==
        std::string(of_abc) + "  det-receipt.json.from-checkpoint\n");
}

TEST_CASE("coreutils finds every name in the sums, and a byte that has changed") {
  const TemporaryDirectory directory;
  std::vector<ReceiptFile> files;
  for (const auto* name :
       {"plain", "two\nlines", "back\\slash", "both\\n\n", " blank ", "*star", "caf\xe9", "d/e"}) {
    write_file(directory.path() / name, "abc");
    files.push_back(hashed(name, "abc"));
  }
  write_file(directory / "SHA256SUMS", storage::sums_text(files));
  const auto check =
      "cd '" + directory.path().native() + "' && sha256sum --check --strict --status SHA256SUMS";
  CHECK(std::system(check.c_str()) == 0);
  write_file(directory / "d/e", "abd");
  CHECK(std::system(check.c_str()) != 0);
}

TEST_CASE("the names in a text of sums read back, and no other text is one") {
  const auto text = storage::sums_text({hashed("two\nlines\\\r", "abc"), hashed(" x", "")});
  CHECK(storage::names_in_sums(text) == Names{"two\nlines\\\r", " x"});
  CHECK(storage::names_in_sums("") == Names{});
  const std::string digest(of_abc);
  CHECK_FALSE(storage::names_in_sums(digest + "  no-newline"));
  CHECK_FALSE(storage::names_in_sums(digest + "  \n"));
  CHECK_FALSE(storage::names_in_sums(digest + " one-blank\n"));
  CHECK_FALSE(storage::names_in_sums("abc  short\n"));
  CHECK_FALSE(storage::names_in_sums("my own notes\n"));
  CHECK_FALSE(storage::names_in_sums("\\" + digest + "  ends-in-\\\n"));
  CHECK_FALSE(storage::names_in_sums("\\" + digest + "  \\t\n"));
  CHECK_FALSE(storage::names_in_sums(text + "\n"));
}

}  // namespace
}  // namespace det::testing
