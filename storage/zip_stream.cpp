#include "storage/zip_stream.hpp"

#include <isa-l/crc.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "storage/deflate.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

constexpr std::size_t part_bytes = std::size_t{512} << 10U;
constexpr std::uint32_t beyond_32_bits = 0xffffffffU;
constexpr std::uint64_t largest_plain = 0xf0000000U;  // what cannot be compressed grows a little
constexpr std::uint64_t most_plain_entries = 0xfffe;
constexpr unsigned sizes_behind = 1U << 3U;
constexpr unsigned name_is_utf8 = 1U << 11U;
constexpr unsigned deflated = 8;
constexpr unsigned first_day = 0x21;  // 1980-01-01
constexpr unsigned plain_version = 20;
constexpr unsigned zip64_version = 45;
constexpr unsigned made_on_unix = 3U << 8U;
constexpr std::uint32_t mode = 0100666U << 16U;

// Little-endian numbers, one after another.
class Fields {
 public:
  explicit Fields(std::string& bytes) : bytes_(bytes) {}

  Fields& u16(std::uint64_t value) { return number(value, 2); }
  Fields& u32(std::uint64_t value) { return number(value, 4); }
  Fields& u64(std::uint64_t value) { return number(value, 8); }

 private:
  Fields& number(std::uint64_t value, int width) {
    for (int i = 0; i < width; ++i)
      bytes_ += static_cast<char>(value >> (8U * static_cast<unsigned>(i)) & 0xffU);
    return *this;
  }

  std::string& bytes_;
};

// What the directory at the end says of a file.
struct Entry {
  std::uint64_t offset = 0;
  std::uint64_t compressed = 0;
  std::uint32_t checksum = 0;
};

bool is_large(const model::CheckpointFile& file) {
  return file.size_bytes > largest_plain;
}

unsigned flags_of(const model::CheckpointFile& file) {
  return sizes_behind | (is_utf8(file.path) ? name_is_utf8 : 0U);
}

void append_local_header(std::string& out, const model::CheckpointFile& file) {
  const bool large = is_large(file);
  const auto size = large ? beyond_32_bits : 0U;
  Fields fields(out);
  fields.u32(0x04034b50).u16(large ? zip64_version : plain_version).u16(flags_of(file)).u16(deflated);
  fields.u16(0).u16(first_day).u32(0).u32(size).u32(size).u16(file.path.size()).u16(large ? 20 : 0);
  out += file.path;
  if (large) fields.u16(1).u16(16).u64(0).u64(0);
}

void append_sizes(std::string& out, const model::CheckpointFile& file, const Entry& entry) {
  Fields fields(out);
  fields.u32(0x08074b50).u32(entry.checksum);
  if (is_large(file)) {
    fields.u64(entry.compressed).u64(file.size_bytes);
  } else {
    fields.u32(entry.compressed).u32(file.size_bytes);
  }
}

void append_directory_entry(std::string& out, const model::CheckpointFile& file, const Entry& entry) {
  const bool large = is_large(file) || entry.offset >= beyond_32_bits;
  const auto shown = [&](std::uint64_t value) { return large ? beyond_32_bits : value; };
  Fields fields(out);
  const auto version = large ? zip64_version : plain_version;
  fields.u32(0x02014b50).u16(made_on_unix | version).u16(version).u16(flags_of(file)).u16(deflated);
  fields.u16(0).u16(first_day).u32(entry.checksum).u32(shown(entry.compressed)).u32(shown(file.size_bytes));
  fields.u16(file.path.size()).u16(large ? 28 : 0).u16(0).u16(0).u16(0).u32(mode).u32(shown(entry.offset));
  out += file.path;
  if (large) fields.u16(1).u16(24).u64(file.size_bytes).u64(entry.compressed).u64(entry.offset);
}

class Zip {
 public:
  explicit Zip(Packed packed) : packed_(std::move(packed)) {}

  std::string_view next() {
    out_.clear();
    while (!ended_ && out_.size() < part_bytes) advance();
    written_ += out_.size();
    return out_;
  }

 private:
  std::uint64_t position() const { return written_ + out_.size(); }

  void advance() {
    if (listed_ == packed_.files.size()) return end();
    if (entries_.size() == packed_.files.size() && !deflater_) return list_next();
    if (!deflater_) begin_file();
    const auto& file = packed_.files[entries_.size() - 1];
    const auto length = std::min<std::uint64_t>(file.size_bytes - offset_, part_bytes);
    part_.clear();
    append_part(part_, packed_, file, {offset_, length});
    offset_ += length;
    add_part(entries_.back());
    if (offset_ == file.size_bytes) end_file(file);
  }

  void begin_file() {
    entries_.push_back({.offset = position()});
    append_local_header(out_, packed_.files[entries_.size() - 1]);
    deflater_.emplace(Deflater::Frame::none);
    offset_ = 0;
  }

  void add_part(Entry& entry) {
    entry.checksum =
        crc32_gzip_refl(entry.checksum, reinterpret_cast<const unsigned char*>(part_.data()), part_.size());
    const auto before = out_.size();
    deflater_->add(part_, out_);
    entry.compressed += out_.size() - before;
  }

  void end_file(const model::CheckpointFile& file) {
    const auto before = out_.size();
    deflater_->finish(out_);
    entries_.back().compressed += out_.size() - before;
    deflater_.reset();
    append_sizes(out_, file, entries_.back());
    if (entries_.size() == packed_.files.size()) directory_ = position();
  }

  void list_next() {
    append_directory_entry(out_, packed_.files[listed_], entries_[listed_]);
    ++listed_;
  }

  void end() {
    const auto size = position() - directory_;
    const auto end_position = position();
    const auto count = entries_.size();
    const bool large = count > most_plain_entries || end_position >= beyond_32_bits;
    Fields fields(out_);
    if (large) {
      fields.u32(0x06064b50).u64(44).u16(made_on_unix | zip64_version).u16(zip64_version).u32(0).u32(0);
      fields.u64(count).u64(count).u64(size).u64(directory_);
      fields.u32(0x07064b50).u32(0).u64(end_position).u32(1);
    }
    const auto shown_count = large ? 0xffffU : count;
    fields.u32(0x06054b50).u16(0).u16(0).u16(shown_count).u16(shown_count);
    fields.u32(large ? beyond_32_bits : size).u32(large ? beyond_32_bits : directory_).u16(0);
    ended_ = true;
  }

  Packed packed_;
  std::string out_;
  std::string part_;
  std::vector<Entry> entries_;
  std::optional<Deflater> deflater_;
  std::uint64_t offset_ = 0;
  std::uint64_t written_ = 0;
  std::uint64_t directory_ = 0;
  std::size_t listed_ = 0;
  bool ended_ = false;
};

}  // namespace

Pieces zip_stream(Packed packed) {
  return [zip = std::make_shared<Zip>(std::move(packed))] { return zip->next(); };
}

}  // namespace det::storage
