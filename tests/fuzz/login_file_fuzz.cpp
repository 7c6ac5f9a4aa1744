// The file of logins that is shared with the official client. What is read from it and written again is read
// as the same.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "client/login_file.hpp"
#include "model/error.hpp"

namespace {

using namespace det;

const std::string address = "http://localhost:8080";

bool same(const client::LoginFile& one, const client::LoginFile& other) {
  return one.size() == other.size() &&
         std::equal(one.begin(), one.end(), other.begin(), [](const auto& a, const auto& b) {
           return a.first == b.first && a.second.active_user == b.second.active_user &&
                  a.second.tokens == b.second.tokens;
         });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  try {
    const auto logins = client::parse_login_file(text, address);
    if (!logins) return 0;
    const auto again = client::parse_login_file(client::login_file_text(*logins), address);
    if (!again || !same(*again, *logins)) std::abort();
  } catch (const Error& error) {
    if (error.failure != Failure::unclassified) std::abort();
  }
  return 0;
}
