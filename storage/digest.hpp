#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace det::storage {

enum class DigestKind { xxh3_128, crc32c, md5, sha256 };

// A digest of bytes, raw: 16, 4 (the most significant first), 16 and 32 of them.
struct Digest {
  DigestKind kind = DigestKind::xxh3_128;
  std::string bytes;

  bool operator==(const Digest&) const = default;
};

// "xxh3-128", "crc32c", "md5", "sha256": as a receipt calls them.
std::string_view digest_name(DigestKind kind);

// The kind of that name; absent: there is none.
std::optional<DigestKind> digest_kind(std::string_view name);

// Lower case.
std::string hex(const Digest& digest);

// The digest that hex() shows so. Absent for any other text, and for one of another length.
std::optional<Digest> digest_from_hex(DigestKind kind, std::string_view text);

// What a source says of its files without reading them, by their listed names.
using StatedDigests = std::map<std::string, Digest>;

// Computes several digests of the same bytes, which come in order.
class Hasher {
 public:
  explicit Hasher(const std::vector<DigestKind>& kinds);
  Hasher(Hasher&& other) noexcept;
  Hasher& operator=(Hasher&& other) noexcept;
  ~Hasher();

  void add(std::string_view bytes);
  // Once, at the end; in the order of the kinds.
  std::vector<Digest> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace det::storage
