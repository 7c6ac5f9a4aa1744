#include "storage/prover.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "storage/beneath.hpp"
#include "storage/local_disk.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

std::vector<DigestKind> without_known(const std::vector<DigestKind>& kinds, const FileProof& proof) {
  std::vector<DigestKind> missing;
  for (const auto kind : kinds) {
    if (digest_in(proof, kind) == nullptr) missing.push_back(kind);
  }
  return missing;
}

void add(std::vector<Digest> digests, FileProof& proof) {
  for (auto& digest : digests) {
    if (digest_in(proof, digest.kind) == nullptr) proof.digests.push_back(std::move(digest));
  }
}

// The one that is computed the fastest.
const Digest* cheapest(const FileProof& proof) {
  for (const auto kind : {DigestKind::xxh3_128, DigestKind::crc32c, DigestKind::md5, DigestKind::sha256}) {
    if (const auto* digest = digest_in(proof, kind)) return digest;
  }
  return nullptr;
}

}  // namespace

std::vector<DigestKind> wanted_digests(const TransferOptions& options) {
  std::vector<DigestKind> kinds;
  if (options.verify != Verify::size) kinds.push_back(DigestKind::xxh3_128);
  if (options.sha256) kinds.push_back(DigestKind::sha256);
  return kinds;
}

const Digest* digest_in(const FileProof& proof, DigestKind kind) {
  const auto found = std::find_if(proof.digests.begin(), proof.digests.end(),
                                  [kind](const auto& digest) { return digest.kind == kind; });
  return found == proof.digests.end() ? nullptr : &*found;
}

Prover::Prover(const http::Cancellation& cancellation) : cancellation_(cancellation) {}

std::vector<Digest> Prover::digests(int directory, const std::string& path,
                                    const std::vector<DigestKind>& kinds) {
  const auto file = open_beneath(directory, path, O_RDONLY | O_NONBLOCK, Links::refused);
  if (!file) throw local_disk_error("read " + printable(path), errno);
  Hasher hasher(kinds);
  while (true) {
    cancellation_.check();
    const auto got = read(file.number(), buffer_.data(), PageBuffer::size_bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw local_disk_error("read " + printable(path), errno);
    if (got == 0) return hasher.finish();
    hasher.add({buffer_.data(), static_cast<std::size_t>(got)});
  }
}

void Prover::complete(int directory, const std::string& path, const std::vector<DigestKind>& kinds,
                      FileProof& proof) {
  const auto missing = without_known(kinds, proof);
  const bool only_xxh3 = missing.size() == 1 && missing.front() == DigestKind::xxh3_128;
  if (missing.empty() || (proof.cloned && only_xxh3)) return;
  add(digests(directory, path, missing), proof);
}

bool Prover::still_fits(int directory, const std::string& path, const std::vector<DigestKind>& kinds,
                        FileProof& proof) {
  auto needed = without_known(kinds, proof);
  const auto* known = cheapest(proof);
  if (known != nullptr) needed.push_back(known->kind);
  auto found = digests(directory, path, needed);
  if (known != nullptr && found.back() != *known) return false;
  add(std::move(found), proof);
  return true;
}

}  // namespace det::storage
