#include "storage/archive_bytes.hpp"

#include <memory>
#include <utility>

#include "model/error.hpp"

namespace det::storage {
namespace {

constexpr int unsupported_media_type = 415;

Pieces pieces_of(std::shared_ptr<http::Response> answer, const http::Cancellation& cancellation) {
  return [answer = std::move(answer), &cancellation] {
    cancellation.check();
    return answer->next();
  };
}

}  // namespace

Pieces archive_bytes(const ArchiveOpener& open, const http::Cancellation& cancellation) {
  // The one refusal that is no failure: this master packs no plain tar.
  try {
    return pieces_of(open(ArchiveKind::tar), cancellation);
  } catch (const Error& refused) {
    if (refused.http_status != unsupported_media_type) throw;
  }
  return gunzip(pieces_of(open(ArchiveKind::tar_gzip), cancellation));
}

}  // namespace det::storage
