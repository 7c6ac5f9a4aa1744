#include "storage/tar_reader.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <exception>
#include <utility>

#include "model/error.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

constexpr std::uint64_t end_mark_bytes = 1024;
constexpr std::uint64_t most_padding_bytes = std::uint64_t{1} << 20U;

Error damaged(std::string_view why) {
  return Error(Failure::integrity, fmt::format("the archive is damaged: {}", why));
}

}  // namespace

class TarReader::Stream {
 public:
  explicit Stream(Pieces bytes) : bytes_(std::move(bytes)), archive_(archive_read_new(), archive_read_free) {
    archive_read_support_format_tar(archive_.get());
    archive_read_set_read_callback(archive_.get(), pull);
    archive_read_set_callback_data(archive_.get(), this);
    check(archive_read_open1(archive_.get()));
  }

  std::optional<TarEntry> next() {
    while (!read().empty()) {
    }
    archive_entry* header = nullptr;
    if (check(archive_read_next_header(archive_.get(), &header)) == ARCHIVE_EOF) {
      require_proper_end();
      return std::nullopt;
    }
    in_entry_ = true;
    position_ = 0;
    entry_ = described(header);
    return entry_;
  }

  std::string_view read() {
    std::string_view piece;
    while (in_entry_ && piece.empty()) piece = block();
    return piece;
  }

 private:
  // Empty at the entry's end, and perhaps before.
  std::string_view block() {
    const void* data = nullptr;
    std::size_t length = 0;
    la_int64_t offset = 0;
    if (check(archive_read_data_block(archive_.get(), &data, &length, &offset)) == ARCHIVE_EOF) {
      in_entry_ = false;
      if (position_ != entry_.size_bytes) throw wrong_length();
      end_of_data_ = static_cast<std::uint64_t>(archive_filter_bytes(archive_.get(), 0));
      return {};
    }
    if (length > 0 && std::cmp_not_equal(offset, position_)) throw damaged(entry_name() + " has holes");
    position_ += length;
    if (position_ > entry_.size_bytes) throw wrong_length();
    return {static_cast<const char*>(data), length};
  }

  static la_ssize_t pull(archive* /*archive*/, void* self, const void** piece) {
    return static_cast<Stream*>(self)->pulled(piece);
  }

  la_ssize_t pulled(const void** piece) {
    // No exception may cross libarchive's C frames: it waits in failure_ until check().
    try {
      const auto bytes = received();
      *piece = bytes.data();
      return static_cast<la_ssize_t>(bytes.size());
    } catch (...) {
      failure_ = std::current_exception();
      return ARCHIVE_FATAL;
    }
  }

  std::string_view received() {
    const auto bytes = bytes_();
    const auto last = bytes.find_last_not_of('\0');
    if (last != std::string_view::npos) end_of_nonzero_ = received_bytes_ + last + 1;
    received_bytes_ += bytes.size();
    return bytes;
  }

  // libarchive takes a missing end mark for an end and does not look at what follows one, so both are judged
  // here, by where the last entry ended.
  void require_proper_end() {
    while (received_bytes_ <= end_of_data_ + most_padding_bytes && !received().empty()) {
    }
    if (end_of_nonzero_ > end_of_data_) throw damaged("something follows its end");
    if (received_bytes_ < end_of_data_ + end_mark_bytes)
      throw damaged("it is cut off, its end mark is missing");
    if (received_bytes_ > end_of_data_ + most_padding_bytes)
      throw damaged("it does not end after its end mark");
  }

  int check(int outcome) {
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    // A warning is about a name that the C locale cannot show; its bytes are as they came.
    if (outcome == ARCHIVE_OK || outcome == ARCHIVE_EOF || outcome == ARCHIVE_WARN) return outcome;
    const char* why = archive_error_string(archive_.get());
    const std::string_view words = why != nullptr ? why : "unreadable";
    if (words.starts_with("Truncated")) throw damaged("it is cut off");
    throw damaged("its headers are not those of a tar archive (" + printable(words) + ")");
  }

  TarEntry described(archive_entry* header) {
    const char* path = archive_entry_pathname(header);
    if (path == nullptr) throw damaged("an entry has no name");
    entry_.path = path;
    if (archive_entry_hardlink(header) != nullptr) throw refusal("a hard link");
    const auto type = archive_entry_filetype(header);
    if (type == AE_IFLNK) throw refusal("a symbolic link");
    if (type != AE_IFREG && type != AE_IFDIR) throw refusal("neither a file nor a folder");
    entry_.kind = type == AE_IFDIR ? TarEntryKind::folder : TarEntryKind::file;
    if (type == AE_IFDIR && entry_.path.size() > 1 && entry_.path.back() == '/') entry_.path.pop_back();
    entry_.size_bytes = static_cast<std::uint64_t>(archive_entry_size(header));
    entry_.is_executable = (archive_entry_perm(header) & 0100U) != 0;
    return entry_;
  }

  std::string entry_name() const { return fmt::format("\"{}\"", printable(entry_.path)); }

  Error wrong_length() const { return damaged(entry_name() + " is not as long as its header says"); }

  Error refusal(std::string_view what) const {
    return Error(Failure::integrity,
                 fmt::format("the archive entry {} is refused: it is {}", entry_name(), what));
  }

  Pieces bytes_;
  std::unique_ptr<archive, int (*)(archive*)> archive_;
  std::exception_ptr failure_;
  TarEntry entry_;
  bool in_entry_ = false;
  std::uint64_t position_ = 0;
  std::uint64_t received_bytes_ = 0;
  std::uint64_t end_of_nonzero_ = 0;
  std::uint64_t end_of_data_ = 0;
};

TarReader::TarReader(Pieces bytes) : stream_(std::make_unique<Stream>(std::move(bytes))) {}
TarReader::~TarReader() = default;
std::optional<TarEntry> TarReader::next() {
  return stream_->next();
}
std::string_view TarReader::read() {
  return stream_->read();
}

}  // namespace det::storage
