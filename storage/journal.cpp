#include "storage/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>

#include "storage/local_disk.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

constexpr std::size_t batch_text = 4096;
constexpr std::uint64_t batch_payload = std::uint64_t{1} << 20U;

std::string whole_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string first_record_for(std::string_view checkpoint_id) {
  auto boot = whole_file("/proc/sys/kernel/random/boot_id");
  if (!boot.empty() && boot.back() == '\n') boot.pop_back();
  return fmt::format("det-staging 1 {} {}", boot, checkpoint_id);
}

// Adds the record "SIZE PATH"; false when it is none.
bool add_record(std::string_view record, FinishedFiles& files) {
  std::uint64_t size = 0;
  const auto [next, error] = std::from_chars(record.data(), record.data() + record.size(), size);
  const auto digits = static_cast<std::size_t>(next - record.data());
  if (error != std::errc() || digits >= record.size() || record[digits] != ' ') return false;
  files[std::string(record.substr(digits + 1))] = size;
  return true;
}

}  // namespace

FinishedFiles Journal::read(const std::filesystem::path& path, std::string_view checkpoint_id) {
  const auto text = whole_file(path);
  std::string_view rest = text;
  FinishedFiles files;
  const auto first_record = first_record_for(checkpoint_id) + '\0';
  if (rest.substr(0, first_record.size()) != first_record) return files;
  rest.remove_prefix(first_record.size());
  // A record that a kill cut short has no NUL.
  for (auto end = rest.find('\0'); end != std::string_view::npos; end = rest.find('\0')) {
    if (!add_record(rest.substr(0, end), files)) break;
    rest.remove_prefix(end + 1);
  }
  return files;
}

Journal::Journal(const std::filesystem::path& path, std::string_view checkpoint_id)
    : file_(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600)),
      unwritten_(first_record_for(checkpoint_id) + '\0') {
  if (!file_) throw local_disk_error("write " + printable(path.native()), errno);
  flush();
}

Journal::~Journal() {
  flush();
}

void Journal::add(std::string_view path, std::uint64_t size_bytes) {
  unwritten_ += fmt::format("{} {}", size_bytes, path);
  unwritten_ += '\0';
  unwritten_bytes_ += size_bytes;
  if (unwritten_.size() >= batch_text || unwritten_bytes_ >= batch_payload) flush();
}

void Journal::flush() noexcept {
  // A journal that cannot be written only costs a later run its time.
  [[maybe_unused]] const auto written = write(file_.number(), unwritten_.data(), unwritten_.size());
  unwritten_.clear();
  unwritten_bytes_ = 0;
}

}  // namespace det::storage
