#include "storage/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "storage/local_disk.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

constexpr std::size_t batch_text = 4096;
constexpr std::uint64_t batch_payload = std::uint64_t{1} << 20U;
constexpr std::string_view unchecked = "-";

std::string whole_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Empty where it is not told: then no journal of before can be believed.
std::string boot_id() {
  auto boot = whole_file("/proc/sys/kernel/random/boot_id");
  if (!boot.empty() && boot.back() == '\n') boot.pop_back();
  return boot;
}

std::string first_record_for(std::string_view checkpoint_id) {
  return fmt::format("det-staging 4 {} {}", boot_id(), checkpoint_id) + '\0';
}

// Takes the number, and the blank behind it, from the front of `text`; absent where there is none.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [next, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto digits = static_cast<std::size_t>(next - text.data());
  if (error != std::errc() || digits >= text.size() || text[digits] != ' ') return std::nullopt;
  text.remove_prefix(digits + 1);
  return number;
}

// Takes so many bytes, and the blank behind them.
std::optional<std::string> take_text(std::string_view& text, std::uint64_t bytes) {
  if (text.size() <= bytes || text[bytes] != ' ') return std::nullopt;
  std::string taken(text.substr(0, bytes));
  text.remove_prefix(bytes + 1);
  return taken;
}

// "OFFSET LENGTH XXH3-128 VERSION-LENGTH VERSION PATH"
bool take_range(std::string_view record, EarlierRun& run) {
  const auto offset = take_number(record);
  const auto length = offset ? take_number(record) : std::nullopt;
  constexpr std::size_t digest_length = 32;
  const auto digest = length ? take_text(record, digest_length) : std::nullopt;
  const auto version_length = digest ? take_number(record) : std::nullopt;
  const auto version = version_length ? take_text(record, *version_length) : std::nullopt;
  if (!version) return false;
  run.ranges[std::string(record)].push_back({*offset, *length, *digest, *version});
  return true;
}

// "VERSION-LENGTH VERSION PATH"
bool take_version(std::string_view record, EarlierRun& run) {
  const auto length = take_number(record);
  const auto version = length ? take_text(record, *length) : std::nullopt;
  if (version) run.versions[std::string(record)] = *version;
  return version.has_value();
}

// Takes the text up to the next blank, and the blank.
std::optional<std::string_view> take_word(std::string_view& text) {
  const auto blank = text.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const auto word = text.substr(0, blank);
  text.remove_prefix(blank + 1);
  return word;
}

// "KIND:DIGEST"
std::optional<Digest> digest_from(std::string_view word) {
  const auto colon = std::min(word.find(':'), word.size());
  const auto kind = digest_kind(word.substr(0, colon));
  return kind ? digest_from_hex(*kind, word.substr(std::min(colon + 1, word.size()))) : std::nullopt;
}

// "CHECKED DIGEST,DIGEST PATH", where CHECKED is the kind of one, or "-".
bool take_proof(std::string_view record, EarlierRun& run) {
  FileProof proof;
  const auto checked = take_word(record);
  auto digests = checked ? take_word(record) : std::nullopt;
  if (!digests) return false;
  proof.checked = digest_kind(*checked);
  if (!proof.checked && *checked != unchecked) return false;
  while (!digests->empty()) {
    const auto end = std::min(digests->find(','), digests->size());
    auto digest = digest_from(digests->substr(0, end));
    if (!digest) return false;
    proof.digests.push_back(std::move(*digest));
    digests->remove_prefix(std::min(end + 1, digests->size()));
  }
  run.proofs[std::string(record)] = std::move(proof);
  return true;
}

bool take_loss(std::string_view record, EarlierRun& run) {
  const std::string path(record);
  run.files.erase(path);
  run.ranges.erase(path);
  run.versions.erase(path);
  run.proofs.erase(path);
  return true;
}

// Takes the record "SIZE PATH", "r " and that of a range, "v " and that of a version, "p " and that of a
// proof, or "x " and a path that is lost; false when it is none.
bool take_record(std::string_view record, EarlierRun& run) {
  if (record.starts_with("r ")) return take_range(record.substr(2), run);
  if (record.starts_with("v ")) return take_version(record.substr(2), run);
  if (record.starts_with("p ")) return take_proof(record.substr(2), run);
  if (record.starts_with("x ")) return take_loss(record.substr(2), run);
  const auto size = take_number(record);
  if (!size) return false;
  run.files[std::string(record)] = *size;
  return true;
}

}  // namespace

EarlierRun Journal::read(const std::filesystem::path& path, std::string_view checkpoint_id) {
  const auto text = whole_file(path);
  std::string_view rest = text;
  EarlierRun run;
  const auto first_record = first_record_for(checkpoint_id);
  if (boot_id().empty() || !rest.starts_with(first_record)) return run;
  rest.remove_prefix(first_record.size());
  // A record that a kill cut short has no NUL.
  for (auto end = rest.find('\0'); end != std::string_view::npos; end = rest.find('\0')) {
    if (!take_record(rest.substr(0, end), run)) break;
    rest.remove_prefix(end + 1);
  }
  return run;
}

Journal::Journal(const std::filesystem::path& path, std::string_view checkpoint_id)
    : file_(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600)),
      first_record_(first_record_for(checkpoint_id)),
      unwritten_(first_record_) {
  if (!file_) throw local_disk_error("write " + printable(path.native()), errno);
  flush();
}

Journal::~Journal() {
  flush();
}

void Journal::add(std::string_view path, std::uint64_t size_bytes) {
  add_record(fmt::format("{} {}", size_bytes, path), size_bytes);
}

void Journal::add(std::string_view path, const FinishedRange& range) {
  add_record(fmt::format("r {} {} {} {} {} {}", range.offset, range.length, range.xxh3_128,
                         range.version.size(), range.version, path),
             range.length);
}

void Journal::add_version(std::string_view path, std::string_view version) {
  add_record(fmt::format("v {} {} {}", version.size(), version, path), 0);
}

void Journal::add_proof(std::string_view path, const FileProof& proof) {
  if (proof.digests.empty()) return;
  std::string digests;
  for (const auto& digest : proof.digests)
    digests += fmt::format("{}{}:{}", digests.empty() ? "" : ",", digest_name(digest.kind), hex(digest));
  add_record(
      fmt::format("p {} {} {}", proof.checked ? digest_name(*proof.checked) : unchecked, digests, path), 0);
}

void Journal::add_loss(std::string_view path) {
  add_record(fmt::format("x {}", path), 0);
}

void Journal::clear() {
  if (ftruncate(file_.number(), 0) != 0) throw local_disk_error("write the journal", errno);
  unwritten_ = first_record_;
  unwritten_bytes_ = 0;
  flush();
}

void Journal::add_record(std::string_view text, std::uint64_t payload_bytes) {
  unwritten_ += text;
  unwritten_ += '\0';
  unwritten_bytes_ += payload_bytes;
  if (unwritten_.size() >= batch_text || unwritten_bytes_ >= batch_payload) flush();
}

void Journal::flush() noexcept {
  // A journal that cannot be written only costs a later run its time.
  [[maybe_unused]] const auto written = write(file_.number(), unwritten_.data(), unwritten_.size());
  unwritten_.clear();
  unwritten_bytes_ = 0;
}

}  // namespace det::storage
