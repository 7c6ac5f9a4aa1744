#pragma once

#include <string>
#include <vector>

#include "http/cancellation.hpp"
#include "storage/digest.hpp"
#include "storage/file_proof.hpp"
#include "storage/page_buffer.hpp"
#include "storage/transfer_options.hpp"

namespace det::storage {

// The digests that a download with these options has of every file, whatever its source states.
std::vector<DigestKind> wanted_digests(const TransferOptions& options);

// The digest of that kind; nullptr: not known.
const Digest* digest_in(const FileProof& proof, DigestKind kind);

// Reads files that lie on this disk, for what is not known of their bytes. Keeps a reference to the
// cancellation, which is checked at least every MiB.
class Prover {
 public:
  explicit Prover(const http::Cancellation& cancellation);

  // The digests of the file at `path` below an open directory; no link is followed. Throws Error{local_disk},
  // and what the cancellation throws.
  std::vector<Digest> digests(int directory, const std::string& path, const std::vector<DigestKind>& kinds);

  // Adds to `proof` what it lacks of `kinds`, reading the file only then. Of blocks that are shared with the
  // source, XXH3 alone is no reason to read them.
  void complete(int directory, const std::string& path, const std::vector<DigestKind>& kinds,
                FileProof& proof);

  // Whether the file's bytes still are those of `proof`, as far as that has digests; what it lacks of `kinds`
  // is added.
  bool still_fits(int directory, const std::string& path, const std::vector<DigestKind>& kinds,
                  FileProof& proof);

 private:
  const http::Cancellation& cancellation_;
  PageBuffer buffer_;
};

}  // namespace det::storage
