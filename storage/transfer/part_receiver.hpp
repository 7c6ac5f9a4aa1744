#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "http/bulk.hpp"
#include "storage/digest.hpp"
#include "storage/remote_store.hpp"
#include "storage/transfer/job.hpp"
#include "storage/transfer/pace.hpp"

namespace det::storage {

// How the parts of a job are asked for and judged.
struct Asking {
  const RemoteStore& store;
  std::mutex& store_mutex;  // held while the store is asked for anything
  Job& job;
  // What is computed of a file that comes as one part, as its bytes come.
  std::vector<DigestKind> digests;
  Pace& pace;
};

// Takes the answer to the request for one part: checks that it is the piece that was asked for, of the object
// that the list named, writes it to the file, and tells the job what is there and how it ended.
class PartReceiver final : public http::Receiver {
 public:
  // Every so many bytes, what is there of a part is told to the job, so that it need not come again.
  static constexpr std::uint64_t segment_bytes = std::uint64_t{4} << 20U;

  PartReceiver(Part part, const Asking& asking);

  http::Request request() const;

  void head(const http::AnswerHead& head) override;
  void body(std::string_view bytes) override;
  void end(const std::optional<Error>& failure) override;

  bool ended() const { return ended_; }
  // Whether the server asked for fewer requests.
  bool was_refused_as_busy() const { return busy_; }

 private:
  void require_the_part(const http::AnswerHead& head) const;
  void require_the_version(const http::AnswerHead& head);
  bool covers_the_file() const {
    return part_.offset == 0 && part_.length == part_.file->wanted().size_bytes;
  }
  void finish_segment();
  void go_on_later(const std::optional<Error>& failure);
  void refuse();

  Part part_;
  const Asking& asking_;
  std::uint64_t written_ = 0;        // of the part
  std::uint64_t segment_begin_ = 0;  // in the part
  Hasher segment_;                   // of nothing, for a file in one part: it is told of when it is whole
  std::optional<Hasher> whole_;
  std::optional<Digest> stated_;
  int status_ = 0;
  std::string retry_after_;
  std::string refusal_;  // the body of an answer that is no part
  bool is_part_ = false;
  bool busy_ = false;
  bool ended_ = false;
};

}  // namespace det::storage
