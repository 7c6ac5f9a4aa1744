#include "tests/unit/storage/tar_writer.hpp"

#include <fmt/format.h>
#include <isa-l/igzip_lib.h>

#include <numeric>
#include <stdexcept>
#include <vector>

namespace det::testing {
namespace {

constexpr std::size_t block = 512;

void put(std::string& header, std::size_t offset, std::string_view text) {
  header.replace(offset, text.size(), text);
}

std::string header_for(std::string_view name, const Member& member) {
  std::string header(block, '\0');
  put(header, 0, name.substr(0, 100));
  put(header, 100, member.mode);
  put(header, 108, "0000000");
  put(header, 116, "0000000");
  put(header, 124, fmt::format("{:011o}", member.contents.size()));
  put(header, 136, "00000000000");
  put(header, 148, "        ");
  put(header, 156, std::string_view(&member.type, 1));
  put(header, 157, std::string_view(member.link).substr(0, 100));
  put(header, 257, std::string_view("ustar\00000", 8));
  const auto sum = std::accumulate(header.begin(), header.end(), 0U, [](unsigned total, char byte) {
    return total + static_cast<unsigned char>(byte);
  });
  put(header, 148, fmt::format("{:06o}", sum));
  header[154] = '\0';
  return header;
}

std::string padded(std::string bytes) {
  bytes.append((block - bytes.size() % block) % block, '\0');
  return bytes;
}

// "LENGTH path=NAME\n", where LENGTH counts its own digits.
std::string pax_path(const std::string& name) {
  const auto rest = fmt::format(" path={}\n", name);
  auto length = rest.size();
  while (std::to_string(length).size() + rest.size() != length)
    length = std::to_string(length).size() + rest.size();
  return std::to_string(length) + rest;
}

}  // namespace

std::string member(const Member& member) {
  std::string bytes;
  if (member.name.size() > 100) {
    const Member pax{"pax", pax_path(member.name), 'x'};
    bytes = header_for(pax.name, pax) + padded(pax.contents);
  }
  return bytes + header_for(member.name, member) + padded(member.contents);
}

std::string tar_end() {
  return std::string(2 * block, '\0');
}

std::string gzip(std::string_view bytes) {
  std::vector<std::uint8_t> output(bytes.size() + bytes.size() / 100 + 4096);
  isal_zstream stream;
  isal_deflate_stateless_init(&stream);
  stream.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<std::uint32_t>(bytes.size());
  stream.next_out = output.data();
  stream.avail_out = static_cast<std::uint32_t>(output.size());
  stream.end_of_stream = 1;
  stream.gzip_flag = IGZIP_GZIP;
  if (isal_deflate_stateless(&stream) != COMP_OK) throw std::runtime_error("gzip failed");
  return {reinterpret_cast<const char*>(output.data()), stream.total_out};
}

}  // namespace det::testing
