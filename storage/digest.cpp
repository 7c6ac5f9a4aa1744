#include "storage/digest.hpp"

// The functions without EVP: that would pull the whole of libcrypto into the binary.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <isa-l/crc.h>
#include <openssl/md5.h>
#include <openssl/sha.h>
#include <xxhash.h>
#if defined(__x86_64__)
#include <xxh_x86dispatch.h>  // the widest instructions of this processor, which is three times as fast
#endif

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <variant>

namespace det::storage {
namespace {

constexpr std::array<std::string_view, 4> names{"xxh3-128", "crc32c", "md5", "sha256"};
// ISA-L counts bytes in an int.
constexpr std::size_t largest_piece = std::size_t{1} << 30U;

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

template <typename Octets>
std::string text_of(const Octets& octets) {
  return {std::begin(octets), std::end(octets)};
}

class Xxh3 {
 public:
  static constexpr DigestKind kind = DigestKind::xxh3_128;

  Xxh3() {
    if (!state_) throw std::bad_alloc();
    XXH3_128bits_reset(state_.get());
  }
  void add(std::string_view bytes) { XXH3_128bits_update(state_.get(), bytes.data(), bytes.size()); }
  std::string finish() const {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_.get()));
    return text_of(canonical.digest);
  }

 private:
  // Made by the library, which alone knows how large it is.
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  std::unique_ptr<XXH3_state_t, Free> state_{XXH3_createState()};
};

class Crc32c {
 public:
  static constexpr DigestKind kind = DigestKind::crc32c;

  void add(std::string_view bytes) {
    // The function reads only; its declaration does not say so.
    auto* octet = const_cast<unsigned char*>(octets(bytes));
    state_ = crc32_iscsi(octet, static_cast<int>(bytes.size()), state_);
  }
  std::string finish() const {
    const auto crc = ~state_;
    std::string bytes;
    for (const unsigned shift : {24U, 16U, 8U, 0U}) bytes += static_cast<char>(crc >> shift & 0xffU);
    return bytes;
  }

 private:
  std::uint32_t state_ = ~std::uint32_t{0};
};

class Md5 {
 public:
  static constexpr DigestKind kind = DigestKind::md5;

  Md5() { MD5_Init(&state_); }
  void add(std::string_view bytes) { MD5_Update(&state_, bytes.data(), bytes.size()); }
  std::string finish() {
    std::array<unsigned char, MD5_DIGEST_LENGTH> digest{};
    MD5_Final(digest.data(), &state_);
    return text_of(digest);
  }

 private:
  MD5_CTX state_{};
};

class Sha256 {
 public:
  static constexpr DigestKind kind = DigestKind::sha256;

  Sha256() { SHA256_Init(&state_); }
  void add(std::string_view bytes) { SHA256_Update(&state_, bytes.data(), bytes.size()); }
  std::string finish() {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256_Final(digest.data(), &state_);
    return text_of(digest);
  }

 private:
  SHA256_CTX state_{};
};

using Running = std::variant<Xxh3, Crc32c, Md5, Sha256>;

void begin(DigestKind kind, std::vector<Running>& running) {
  switch (kind) {
    case DigestKind::xxh3_128:
      running.emplace_back(std::in_place_type<Xxh3>);
      break;
    case DigestKind::crc32c:
      running.emplace_back(std::in_place_type<Crc32c>);
      break;
    case DigestKind::md5:
      running.emplace_back(std::in_place_type<Md5>);
      break;
    case DigestKind::sha256:
      running.emplace_back(std::in_place_type<Sha256>);
      break;
  }
}

int nibble(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

}  // namespace

struct Hasher::State {
  std::vector<Running> running;
};

std::string_view digest_name(DigestKind kind) {
  return names.at(static_cast<std::size_t>(kind));
}

std::optional<DigestKind> digest_kind(std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<DigestKind>(found - names.begin());
}

std::string hex(const Digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(digest.bytes.size() * 2);
  for (const char byte : digest.bytes) {
    const auto octet = static_cast<unsigned char>(byte);
    text += digits[octet >> 4U];
    text += digits[octet & 0xfU];
  }
  return text;
}

std::optional<Digest> digest_from_hex(DigestKind kind, std::string_view text) {
  constexpr std::array<std::size_t, 4> lengths{16, 4, 16, 32};
  if (text.size() != lengths.at(static_cast<std::size_t>(kind)) * 2) return std::nullopt;
  Digest digest{kind, {}};
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = nibble(text[i]);
    const int low = nibble(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    digest.bytes += static_cast<char>(high * 16 + low);
  }
  return digest;
}

Hasher::Hasher(const std::vector<DigestKind>& kinds) : state_(std::make_unique<State>()) {
  state_->running.reserve(kinds.size());
  for (const auto kind : kinds) begin(kind, state_->running);
}

Hasher::Hasher(Hasher&& other) noexcept = default;
Hasher& Hasher::operator=(Hasher&& other) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::add(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, largest_piece);
    for (auto& running : state_->running) {
      std::visit([piece](auto& one) { one.add(piece); }, running);
    }
    bytes.remove_prefix(piece.size());
  }
}

std::vector<Digest> Hasher::finish() {
  std::vector<Digest> digests;
  for (auto& running : state_->running) {
    std::visit(
        [&digests](auto& one) {
          digests.push_back({std::remove_reference_t<decltype(one)>::kind, one.finish()});
        },
        running);
  }
  return digests;
}

}  // namespace det::storage
