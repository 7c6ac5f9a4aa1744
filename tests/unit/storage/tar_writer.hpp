#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace det::testing {

// One member of a tar archive, as a test wants it: also such as no honest program writes.
struct Member {
  std::string name;
  std::string contents = {};
  char type = '0';  // of the tar header: '0' file, '1' hard link, '2' symbolic link, '5' folder, 'x' pax, ...
  std::string link = {};         // its target
  std::string mode = "0000666";  // in octal
};

// Header, contents and padding of one member. A name longer than 100 bytes is preceded by a pax header.
std::string member(const Member& member);

// Two blocks of zeros.
std::string tar_end();

// gzip of the bytes, in one member.
std::string gzip(std::string_view bytes);

}  // namespace det::testing
