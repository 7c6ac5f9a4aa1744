#include "storage/remote_exchange.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "storage/base64.hpp"
#include "storage/credentials/credential_file.hpp"
#include "storage/object_list.hpp"
#include "storage/trusted_host.hpp"
#include "storage/upload_pieces.hpp"
#include "storage/url_encoding.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/storage/surroundings.hpp"

namespace det::storage {
namespace {

using testing::thrown;

std::string bytes_up_to_255() {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  return bytes;
}

}  // namespace

// RFC 4648, 10.
TEST_CASE("base64 is that of RFC 4648") {
  const std::vector<std::pair<std::string, std::string>> vectors{{"", ""},
                                                                 {"f", "Zg=="},
                                                                 {"fo", "Zm8="},
                                                                 {"foo", "Zm9v"},
                                                                 {"foob", "Zm9vYg=="},
                                                                 {"fooba", "Zm9vYmE="},
                                                                 {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    CHECK(base64(bytes) == text);
    CHECK(from_base64(text) == bytes);
  }
  CHECK(base64_url("\xff\xfe\xfd\xfc") == "__79_A");
  CHECK(from_base64(base64(bytes_up_to_255())) == bytes_up_to_255());
}

TEST_CASE("what is no base64 has no bytes") {
  for (const auto* text : {"Zg", "Zg=", "Zh==", "Z", "Zm9v\n", "Zm 9", "__79", "====", "Zg==Zg=="}) {
    INFO(text);
    CHECK_FALSE(from_base64(text));
  }
}

TEST_CASE("a URL holds any bytes, and gives them back") {
  CHECK(url_encoded("a b/c?d=e&f+g~é") == "a%20b%2Fc%3Fd%3De%26f%2Bg~%C3%A9");
  CHECK(url_encoded_path("a b/c?") == "a%20b/c%3F");
  CHECK(url_decoded(url_encoded(bytes_up_to_255())) == bytes_up_to_255());
  CHECK(url_decoded("100%/%2/%zz/%+1/%") == "100%/%2/%zz/%+1/%");
  CHECK(query_text({{"a b", "1&2"}, {"c", ""}}) == "a%20b=1%262&c=");
}

TEST_CASE("only plain names and addresses of this machine are loopback") {
  for (const auto* url :
       {"http://localhost:80/x", "https://127.0.0.1", "http://127.1.2.3:1?q", "http://[::1]:80/"}) {
    INFO(url);
    CHECK(is_loopback(url));
  }
  for (const auto* url :
       {"http://localhost.example", "http://127.0.0.1.example", "http://127.0.0.1@example/",
        "http://[::1].example", "http://[::1", "localhost", "http://localhost:80@example", "http://"}) {
    INFO(url);
    CHECK_FALSE(is_loopback(url));
  }
}

TEST_CASE("a domain of a provider is taken whole, and over TLS") {
  CHECK(is_tls_within("https://storage.googleapis.com/x", {"googleapis.com"}));
  CHECK(is_tls_within("https://STORAGE.GoogleApis.com:443", {"amazonaws.com", "googleapis.com"}));
  for (const auto* url :
       {"http://storage.googleapis.com", "https://xgoogleapis.com", "https://googleapis.com.example",
        "https://googleapis.com@example", "https://example/googleapis.com", "https://example#.googleapis.com",
        "https://example\\.googleapis.com"}) {
    INFO(url);
    CHECK_FALSE(is_tls_within(url, {"googleapis.com"}));
  }
}

TEST_CASE("what is put is cut into parts of the size, the last one shorter") {
  const std::string bytes(2'000'000, 'x');
  const auto source = testing::pieces_of(bytes);
  UploadPieces pieces(source);
  CHECK(pieces.take(1'500'000).size() == 1'500'000);
  CHECK_FALSE(pieces.at_end());
  CHECK(pieces.take(500'000).size() == 500'000);
  CHECK(pieces.at_end());
  CHECK(pieces.take(10).empty());
}

TEST_CASE("a range is never asked for from the end") {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  CHECK(range_header({0, 1}) == "bytes=0-0");
  CHECK(range_header({5, 10}) == "bytes=5-14");
  CHECK(range_header({0, most}) == "bytes=0-18446744073709551614");
  CHECK(range_header({1, most}) == "bytes=1-");
}

TEST_CASE("a list of more than a million objects is an integrity failure") {
  ObjectList list("f/");
  for (int i = 0; i < 1'000'000; ++i) list.add({.path = "f/x"});
  CHECK(thrown([&] { list.add({.path = "f/x"}); }).failure == Failure::integrity);
}

TEST_CASE("names, versions and marks of a list that no store has are an integrity failure") {
  const std::string name(4096, 'x');
  ObjectList list("f/");
  list.add({.path = "f/" + name, .version = std::string(1024, 'v')});
  list.add({.path = "f/" + name + "/"});
  CHECK(list.goes_on(std::string(16384, 'm')));
  CHECK(thrown([&] { list.add({.path = "f/" + name + "xx"}); }).failure == Failure::integrity);
  CHECK(thrown([&] { list.add({.path = "f/a", .version = std::string(1025, 'v')}); }).failure ==
        Failure::integrity);
  list.add({.path = "f/b"});
  CHECK(thrown([&] {
          list.goes_on(std::string(16385, 'm'));
        }).message.starts_with("the store's list has a mark of a page of 16385 bytes: mmm"));
}

TEST_CASE("a list of 256 MiB of names or marks is an integrity failure") {
  const std::string name(4096, 'x');
  const auto most = (std::size_t{256} << 20U) / name.size();
  ObjectList of_names("f/");
  for (std::size_t i = 0; i < most; ++i) of_names.add({.path = "f/" + name});
  CHECK(thrown([&] { of_names.add({.path = "f/x"}); }).failure == Failure::integrity);
  ObjectList of_marks("f/");
  const auto mark = [](std::size_t i) { return std::to_string(i) + std::string(16'000, 'm'); };
  const auto fill = [&] {
    for (std::size_t i = 0; i < 20'000; ++i) {
      of_marks.add({.path = "f/" + std::to_string(i)});
      if (!of_marks.goes_on(mark(i))) return;
    }
  };
  CHECK(thrown(fill).message == "the list of f/ has more than 268435456 bytes of names");
}

TEST_CASE("a list that begins anew is an integrity failure, whatever its pages are called") {
  ObjectList list("f/");
  list.add({.path = "f/a"});
  list.add({.path = "f/b"});
  CHECK(list.goes_on("1"));
  CHECK(list.goes_on("2"));  // a page without objects
  list.add({.path = "f/c"});
  CHECK(list.goes_on("3"));
  list.add({.path = "f/a"});
  CHECK(thrown([&] { list.goes_on("4"); }).failure == Failure::integrity);
}

TEST_CASE("what a store says becomes one harmless line") {
  CHECK(said("Access denied.\nRequestId: 1", "?") == "Access denied");
  CHECK(said("\x1b[2J", "?") == "\\x1b[2J");
  CHECK(said("", "no reason given") == "no reason given");
  CHECK(said(std::string(5'000, 'x'), "?").size() < 300);
}

TEST_CASE("what a status says may pass, or lasts") {
  for (const int status : {408, 429, 500, 503, 599}) CHECK(answered(Failure::storage, "x", status).retryable);
  for (const int status : {400, 403, 404, 412})
    CHECK_FALSE(answered(Failure::storage, "x", status).retryable);
  CHECK(answered(Failure::storage, "x", 408).message == "x (status 408)");
  CHECK(answered(Failure::storage, "x", 408).http_status == 408);
}

TEST_CASE("credentials are read from regular files of a fitting size only") {
  const testing::TemporaryDirectory directory;
  testing::write_file(directory / "small", "text");
  testing::write_file(directory / "large", std::string((1U << 20U) + 1, 'x'));
  CHECK(credentials::credential_file(directory / "small") == "text");
  CHECK_FALSE(credentials::credential_file(directory / "none"));
  CHECK_FALSE(credentials::credential_file(directory / "small/below"));
  CHECK(thrown([&] { credentials::credential_file(directory.path()); }).message ==
        "cannot read the credentials in " + directory.path().string() + ": it is no regular file");
  CHECK(thrown([&] { credentials::credential_file(directory / "large"); }).failure == Failure::storage);
}

}  // namespace det::storage
