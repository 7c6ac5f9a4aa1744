#include "storage/transfer/transfers.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <deque>
#include <exception>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>

#include "storage/relative_path.hpp"
#include "storage/transfer/hash_front.hpp"
#include "storage/transfer/job.hpp"
#include "storage/transfer/worker.hpp"

namespace det::storage {
namespace {

constexpr std::uint64_t largest_part = std::uint64_t{16} << 20U;
constexpr std::uint64_t smallest_part = std::uint64_t{4} << 20U;
constexpr std::uint64_t worth_two_workers = std::uint64_t{32} << 20U;
constexpr std::chrono::milliseconds between_looks{100};
// Requests at once that a thread begins with. Small files wait for answers more than for bytes; and the fewer
// parts come at once, the more of them come in the order in which they are hashed.
constexpr std::size_t first_for_files = 4;
constexpr std::size_t first_for_parts = 1;

// A file of the job, as the thread in charge sees it.
struct FileState {
  FileState(const Wanted& wanted, const Staging& staging)
      : file(wanted, staging), missing_bytes(wanted.size_bytes), stated(wanted.stated) {}

  IncomingFile file;
  std::uint64_t missing_bytes;
  std::optional<HashFront> front;  // where digests are computed behind the pieces
  std::optional<Digest> stated;
};

bool comes_in_parts(const Wanted& wanted) {
  return wanted.size_bytes > largest_part;
}

// How large the parts of a job are: so many that its threads end together, in whole segments.
std::uint64_t part_bytes_for(const std::vector<Wanted>& wanted) {
  constexpr std::uint64_t least_parts = 8;
  std::uint64_t in_parts = 0;
  for (const auto& one : wanted) {
    if (comes_in_parts(one)) in_parts = saturating_sum(in_parts, one.size_bytes);
  }
  const auto fair = in_parts / least_parts / smallest_part * smallest_part;
  return std::clamp(fair, smallest_part, largest_part);
}

// The answer to a request for the whole of a smaller object states its digest. One hand wrote the objects of
// a checkpoint: where one states none, the others are not asked.
void ask_digests(const RemoteStore& store, std::vector<Wanted>& wanted) {
  for (auto& one : wanted) {
    if (!comes_in_parts(one) || one.stated) continue;
    one.stated = store.ask_digest(one.object);
    if (!one.stated) return;
  }
}

// The digests to compute of every file of a job.
std::vector<DigestKind> digests_for(const TransferOptions& options, const std::vector<Wanted>& wanted) {
  std::vector<DigestKind> kinds;
  const auto add = [&kinds](DigestKind kind) {
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(kind);
  };
  if (options.sha256) add(DigestKind::sha256);
  if (options.verify == Verify::size) return kinds;
  add(DigestKind::xxh3_128);
  for (const auto& one : wanted) {
    if (one.stated) add(one.stated->kind);
  }
  return kinds;
}

// One call of Transfers::fetch().
class Fetch {
 public:
  Fetch(const std::vector<Wanted>& wanted, Staging& staging, Progress& progress,
        const http::Cancellation& cancellation)
      : staging_(staging),
        progress_(progress),
        cancellation_(cancellation),
        part_bytes_(part_bytes_for(wanted)),
        kinds_(digests_for(staging.options(), wanted)) {
    for (const auto& one : wanted) plan(one);
  }

  std::vector<Part> take_parts() { return std::move(parts_); }
  const std::vector<DigestKind>& kinds() const { return kinds_; }

  // All of it is taken, whatever is wrong with a part; the first failure is thrown then.
  void take(const std::vector<Done>& done) {
    std::optional<Error> failure;
    for (const auto& one : done) {
      try {
        take(one);
      } catch (const Error& error) {
        if (!failure) failure = error;
      }
    }
    if (failure) throw Error(*failure);
  }

  // Hashes a little of the first file of which there is more; false: there is none.
  bool hash() {
    for (auto file = to_hash_.begin(); file != to_hash_.end();) {
      auto& state = **file;
      if (state.front->finished()) {
        file = to_hash_.erase(file);
      } else if (state.front->advance()) {
        complete_if_whole(state);
        return true;
      } else {
        ++file;
      }
    }
    return false;
  }

  void tell_progress(std::uint64_t arrived_bytes) {
    progress_.advanced(arrived_bytes - std::min(told_bytes_, arrived_bytes));
    told_bytes_ = std::max(told_bytes_, arrived_bytes);
  }

  bool complete() const { return unfinished_ == 0; }

 private:
  void plan(const Wanted& wanted) {
    if (wanted.size_bytes == 0) return make_empty(wanted);
    auto& state = files_.emplace_back(wanted, staging_);
    by_file_[&state.file] = &state;
    ++unfinished_;
    const bool in_parts = comes_in_parts(wanted);
    if (in_parts && !kinds_.empty()) {
      state.front.emplace(state.file, kinds_);
      to_hash_.push_back(&state);
    }
    std::uint64_t from = 0;
    for (const auto& piece : sound_pieces(state)) {
      add_parts(state, from, piece.offset);
      from = piece.offset + piece.length;
      state.missing_bytes -= piece.length;
      if (state.front) state.front->found(piece.offset, piece.length);
    }
    add_parts(state, from, wanted.size_bytes);
    if (wanted.size_bytes > state.missing_bytes) progress_.found(wanted.size_bytes - state.missing_bytes);
    complete_if_whole(state);
  }

  void make_empty(const Wanted& wanted) {
    auto file = staging_.create(wanted.path, 0);
    file.finish(Resumable::at_once);
    if (!kinds_.empty()) staging_.prove(wanted.path, {.digests = Hasher(kinds_).finish()});
    progress_.file_done();
  }

  void add_parts(FileState& state, std::uint64_t from, std::uint64_t to) {
    while (from < to) {
      const auto length = std::min(comes_in_parts(state.file.wanted()) ? part_bytes_ : to, to - from);
      parts_.push_back({&state.file, from, length, state.front ? &*state.front : nullptr});
      from += length;
    }
  }

  // What a killed run's journal says of pieces and the file still bears out, in order, none over another.
  // Without such pieces nothing of the file stays.
  std::vector<FinishedRange> sound_pieces(FileState& state) {
    const auto& wanted = state.file.wanted();
    auto pieces = staging_.earlier_pieces(wanted.path);
    if (pieces.empty()) return pieces;
    std::sort(pieces.begin(), pieces.end(), [](const auto& a, const auto& b) { return a.offset < b.offset; });
    std::vector<FinishedRange> sound;
    std::uint64_t end = 0;
    for (const auto& piece : pieces) {
      const bool fits = comes_in_parts(wanted) && piece.offset >= end && piece.offset < wanted.size_bytes &&
                        piece.length <= wanted.size_bytes - piece.offset && piece.version == wanted.version;
      if (!fits || !is_sound(state.file, piece)) continue;
      end = piece.offset + piece.length;
      sound.push_back(piece);
    }
    state.file.close();
    if (sound.empty()) staging_.drop_pieces(wanted.path);
    return sound;
  }

  bool is_sound(IncomingFile& file, const FinishedRange& piece) {
    Hasher hasher({DigestKind::xxh3_128});
    file.read({piece.offset, piece.length}, [&](std::string_view bytes) {
      cancellation_.check();
      hasher.add(bytes);
      return true;
    });
    return hex(hasher.finish().front()) == piece.xxh3_128;
  }

  void take(const Done& done) {
    auto& state = *by_file_.at(done.file);
    state.missing_bytes -= done.piece.length;
    if (!state.stated) state.stated = done.stated;
    if (done.piece.xxh3_128.empty()) return complete(state, done.digests);
    staging_.record_piece(state.file.wanted().path, done.piece);
    // However many wait for their digests, they are not all open.
    if (state.missing_bytes == 0) state.file.close();
    complete_if_whole(state);
  }

  void complete_if_whole(FileState& state) {
    if (state.missing_bytes > 0 || (state.front && !state.front->finished())) return;
    complete(state, state.front ? state.front->digests() : std::vector<Digest>());
  }

  void complete(FileState& state, const std::vector<Digest>& digests) {
    const auto& path = state.file.wanted().path;
    FileProof proof{.digests = digests};
    for (const auto& digest : digests) {
      if (!state.stated || digest.kind != state.stated->kind) continue;
      if (digest != *state.stated) throw damaged(state, digest);
      proof.checked = digest.kind;
    }
    state.file.close();
    staging_.prove(path, std::move(proof));
    staging_.finish_pieces(path, state.file.wanted().size_bytes, state.file.wanted().version);
    progress_.file_done();
    --unfinished_;
  }

  Error damaged(FileState& state, const Digest& digest) {
    const auto& path = state.file.wanted().path;
    state.file.close();
    staging_.drop_pieces(path);
    return Error(Failure::integrity,
                 fmt::format("\"{}\" is damaged: its {} is {} and the storage states {}", printable(path),
                             digest_name(digest.kind), hex(digest), hex(*state.stated)));
  }

  Staging& staging_;
  Progress& progress_;
  const http::Cancellation& cancellation_;
  std::uint64_t part_bytes_;  // of files that come in parts
  std::vector<DigestKind> kinds_;
  std::deque<FileState> files_;
  std::unordered_map<const IncomingFile*, FileState*> by_file_;
  std::vector<Part> parts_;
  std::deque<FileState*> to_hash_;  // in the order in which they are asked for
  std::size_t unfinished_ = 0;
  std::uint64_t told_bytes_ = 0;
};

// The threads of one call; ends them when it goes.
class Workers {
 public:
  // `first` and `most`: requests at once, at first of each thread and at most of all.
  Workers(const std::vector<http::Bulk*>& bulks, const Asking& asking, std::size_t first, std::size_t most)
      : job_(asking.job), bulks_(bulks) {
    try {
      for (auto* bulk : bulks_) {
        const auto share = (most + threads_.size()) / bulks_.size();
        const Width width(first, share);
        threads_.emplace_back([bulk, &asking, width] { work(*bulk, asking, width); });
      }
    } catch (const std::system_error& error) {  // the ones that run are ended first
      stop();
      throw Error(Failure::local_disk, fmt::format("no thread can be started: {}", error.what()));
    }
  }
  ~Workers() { stop(); }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  void stop() {
    job_.stop();
    for (auto* bulk : bulks_) bulk->wake();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  // One of the few catches: carries home whatever ends a thread.
  static void work(http::Bulk& bulk, const Asking& asking, Width width) {
    try {
      Worker(bulk, asking, width).run();
    } catch (const Error& error) {
      asking.job.fail(error);
    } catch (const std::exception& exception) {
      asking.job.fail(Error(Failure::unclassified, exception.what()));
    }
  }

  Job& job_;
  std::vector<http::Bulk*> bulks_;
  std::vector<std::thread> threads_;
};

// After a failure, which is told; a further one is not.
void record_rest(Fetch& fetch, Job& job) {
  try {
    fetch.take(job.take_done());
  } catch (const Error&) {
    return;
  }
}

void wait_for_news(const Job& job, const http::Cancellation& cancellation) {
  std::array<pollfd, 2> watched{
      {{job.news_descriptor(), POLLIN, 0}, {cancellation.wake_descriptor(), POLLIN, 0}}};
  const auto longest = std::min(between_looks, cancellation.remaining().value_or(between_looks));
  poll(watched.data(), watched.size(), static_cast<int>(std::max<std::int64_t>(longest.count(), 0)));
}

}  // namespace

Transfers::Transfers(std::function<std::unique_ptr<http::Bulk>()> open_bulk, http::RetryRule rule,
                     TransferLimits limits, const http::Cancellation& cancellation)
    : open_bulk_(std::move(open_bulk)),
      rule_(std::move(rule)),
      limits_(limits),
      pace_(limits.bytes_a_second),
      cancellation_(cancellation) {}

void Transfers::fetch(const RemoteStore& store, std::vector<Wanted> wanted, Staging& staging,
                      Progress& progress) {
  if (staging.options().verify != Verify::size) ask_digests(store, wanted);
  Fetch fetch(wanted, staging, progress, cancellation_);
  Job job(fetch.take_parts(), rule_);
  std::mutex store_mutex;
  const Asking asking{store, store_mutex, job, fetch.kinds(), pace_};
  const auto most = pace_.width(static_cast<std::size_t>(limits_.connections));
  const auto bulks = bulks_for(wanted, most);
  const bool any_in_parts = std::any_of(wanted.begin(), wanted.end(), comes_in_parts);
  Workers workers(bulks, asking, any_in_parts ? first_for_parts : first_for_files, most);
  // Whatever ends the work: the pieces that came are recorded first.
  try {
    while (!job.over() || !fetch.complete()) {
      cancellation_.check();
      fetch.take(job.take_done());
      fetch.tell_progress(job.arrived_bytes);
      if (!fetch.hash() && !job.over()) wait_for_news(job, cancellation_);
    }
  } catch (const Error&) {
    workers.stop();
    record_rest(fetch, job);
    throw;
  }
  fetch.tell_progress(job.arrived_bytes);
}

std::vector<http::Bulk*> Transfers::bulks_for(const std::vector<Wanted>& wanted, std::size_t most) {
  std::uint64_t bytes = 0;
  for (const auto& one : wanted) bytes = saturating_sum(bytes, one.size_bytes);
  const std::size_t count = bytes >= worth_two_workers && most > 1 ? 2 : 1;
  while (bulks_.size() < count) bulks_.push_back(open_bulk_());
  std::vector<http::Bulk*> bulks;
  for (std::size_t i = 0; i < count; ++i) bulks.push_back(bulks_[i].get());
  return bulks;
}

}  // namespace det::storage
