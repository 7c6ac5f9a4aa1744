#include "storage/tar_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "model/error.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

constexpr std::size_t block = 512;
constexpr std::size_t longest_name = 100;
constexpr std::size_t longest_prefix = 155;
constexpr std::uint64_t largest_size = 077777777777;  // eleven octal digits
constexpr std::size_t piece_bytes = std::size_t{1} << 20U;
constexpr std::size_t header_space = std::size_t{16}
                                     << 10U;  // a pax header with the longest path, and padding

std::uint64_t rounded(std::uint64_t size) {
  return (size + block - 1) / block * block;
}

struct Name {
  std::string_view prefix;
  std::string_view name;
};

// The path in the two fields of a ustar header; absent: it does not fit.
std::optional<Name> ustar_name(std::string_view path) {
  if (path.size() <= longest_name) return Name{{}, path};
  const auto slash = path.rfind('/', longest_prefix);
  if (slash == std::string_view::npos || path.size() - slash - 1 > longest_name) return std::nullopt;
  return Name{path.substr(0, slash), path.substr(slash + 1)};
}

// "LENGTH KEY=VALUE\n", where LENGTH counts itself.
std::string pax_record(std::string_view key, std::string_view value) {
  const auto rest = key.size() + value.size() + 3;
  auto length = rest;
  while (std::to_string(length).size() + rest != length) length = std::to_string(length).size() + rest;
  return fmt::format("{} {}={}\n", length, key, value);
}

std::string pax_records(const model::CheckpointFile& file) {
  std::string records;
  if (!ustar_name(file.path)) records += pax_record("path", file.path);
  if (file.size_bytes > largest_size) records += pax_record("size", std::to_string(file.size_bytes));
  return records;
}

void set_field(std::array<char, block>& header, std::size_t offset, std::string_view value) {
  std::copy(value.begin(), value.end(), header.begin() + static_cast<std::ptrdiff_t>(offset));
}

std::array<char, block> header_of(const Name& name, std::uint64_t size, char type) {
  std::array<char, block> header{};
  set_field(header, 0, name.name);
  set_field(header, 100, "0000666");
  set_field(header, 108, "0000000");
  set_field(header, 116, "0000000");
  set_field(header, 124, fmt::format("{:011o}", size > largest_size ? 0 : size));
  set_field(header, 136, "00000000000");
  set_field(header, 148, "        ");
  header[156] = type;
  set_field(header, 257,
            std::string_view("ustar\0"
                             "00",
                             8));
  set_field(header, 345, name.prefix);
  unsigned sum = 0;
  for (const char byte : header) sum += static_cast<unsigned char>(byte);
  set_field(header, 148, std::string_view(fmt::format("{:06o}", sum).c_str(), 7));
  return header;
}

void append_padding(std::string& bytes, std::uint64_t size) {
  bytes.append(static_cast<std::size_t>(rounded(size) - size), '\0');
}

void append_headers(std::string& bytes, const model::CheckpointFile& file) {
  const auto append = [&](const std::array<char, block>& header) { bytes.append(header.data(), block); };
  if (const auto records = pax_records(file); !records.empty()) {
    append(header_of({{}, "PaxHeaders.0/file"}, records.size(), 'x'));
    bytes += records;
    append_padding(bytes, records.size());
  }
  const auto shortened = std::string_view(file.path).substr(0, longest_name);
  append(header_of(ustar_name(file.path).value_or(Name{{}, shortened}), file.size_bytes, '0'));
}

class Tar {
 public:
  explicit Tar(Packed packed) : packed_(std::move(packed)) {}

  std::string_view next() {
    piece_.clear();
    while (!ended_ && piece_.size() < piece_bytes - header_space) advance();
    return piece_;
  }

 private:
  void advance() {
    if (index_ == packed_.files.size()) {
      piece_.append(2 * block, '\0');
      ended_ = true;
      return;
    }
    const auto& file = packed_.files[index_];
    if (!within_file_) append_headers(piece_, file);
    within_file_ = true;
    const auto length =
        std::min<std::uint64_t>(file.size_bytes - offset_, piece_bytes - block - piece_.size());
    append_part(piece_, packed_, file, {offset_, length});
    offset_ += length;
    if (offset_ < file.size_bytes) return;
    append_padding(piece_, file.size_bytes);
    within_file_ = false;
    offset_ = 0;
    ++index_;
  }

  Packed packed_;
  std::string piece_;
  std::size_t index_ = 0;
  std::uint64_t offset_ = 0;
  bool within_file_ = false;
  bool ended_ = false;
};

}  // namespace

void append_part(std::string& bytes, const Packed& packed, const model::CheckpointFile& file,
                 ByteRange range) {
  const auto before = bytes.size();
  const auto sink = [&](std::string_view piece) {
    bytes += piece;
    return true;
  };
  const bool there = range.length == 0 || packed.store->read(packed.folder + "/" + file.path, range, sink);
  if (there && bytes.size() - before == range.length) return;
  throw Error(Failure::storage, fmt::format("{} of {} has {} while it was sent", printable(file.path),
                                            printable(packed.folder), there ? "become shorter" : "gone"));
}

std::uint64_t tar_size(const std::vector<model::CheckpointFile>& files) {
  std::uint64_t size = 2 * block;
  for (const auto& file : files) {
    const auto records = pax_records(file).size();
    size += (records > 0 ? block + rounded(records) : 0) + block + rounded(file.size_bytes);
  }
  return size;
}

Pieces tar_stream(Packed packed) {
  return [tar = std::make_shared<Tar>(std::move(packed))] { return tar->next(); };
}

}  // namespace det::storage
