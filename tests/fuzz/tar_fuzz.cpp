// An archive that a master packs: 't' or 'z' (gzip first), then the bytes. Whatever they are, they give
// entries whose contents are as long as they say, or are refused as damaged.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/error.hpp"
#include "storage/gunzip.hpp"
#include "storage/tar_reader.hpp"

namespace {

using namespace det;

// More than this comes out of a bomb only.
constexpr std::uint64_t most_bytes = std::uint64_t{8} << 20U;

storage::Pieces in_pieces(std::string_view bytes) {
  return [bytes]() mutable {
    const auto piece = bytes.substr(0, 1000);
    bytes.remove_prefix(piece.size());
    return piece;
  };
}

void read_all(storage::TarReader& archive) {
  std::uint64_t read_bytes = 0;
  while (const auto entry = archive.next()) {
    std::uint64_t bytes = 0;
    for (auto piece = archive.read(); !piece.empty(); piece = archive.read()) {
      bytes += piece.size();
      read_bytes += piece.size();
      if (read_bytes > most_bytes) return;
    }
    if (bytes != entry->size_bytes) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  if (!input.starts_with('t') && !input.starts_with('z')) return -1;
  try {
    auto stream = in_pieces(input.substr(1));
    storage::TarReader archive(input.front() == 'z' ? storage::gunzip(std::move(stream)) : std::move(stream));
    read_all(archive);
  } catch (const Error& error) {
    if (error.failure != Failure::integrity) std::abort();
  }
  return 0;
}
