#include "storage/s3_store.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/error.hpp"
#include "storage/object_checkpoints.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/storage/s3_scene.hpp"

using det::Error;
using det::Failure;
using det::storage::Digest;
using det::storage::DigestKind;
using det::storage::object_checkpoints;
using det::testing::Answer;
using det::testing::answer;
using det::testing::AskedS3;
using det::testing::bucket_url;
using det::testing::header;
using det::testing::Named;
using det::testing::s3_error;
using det::testing::thrown;
using det::testing::with;

namespace {

const std::string list_query = "?list-type=2&encoding-type=url&prefix=";
const std::string hello_md5("\x5d\x41\x40\x2a\xbc\x4b\x2a\x76\xb9\x71\x9d\x91\x10\x17\xc5\x92", 16);

std::string object(const std::string& key, const std::string& size, const std::string& etag) {
  return "<Contents><Key>" + key + "</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified><ETag>" +
         etag + "</ETag><Size>" + size + "</Size><StorageClass>STANDARD</StorageClass></Contents>";
}

std::string page(const std::string& inside) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult "
         "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>ckpt</Name>" +
         inside + "</ListBucketResult>";
}

std::string going_on(const std::string& mark) {
  return "<IsTruncated>true</IsTruncated><NextContinuationToken>" + mark + "</NextContinuationToken>";
}

std::optional<Digest> digest_by(const std::map<std::string, std::string>& headers) {
  return AskedS3().store->digest_of([&](std::string_view name) -> std::optional<std::string> {
    const auto found = headers.find(std::string(name));
    if (found == headers.end()) return std::nullopt;
    return found->second;
  });
}

const std::string md5_etag = "&quot;5d41402abc4b2a76b9719d911017c592&quot;";

}  // namespace

TEST_CASE("a folder of a bucket is listed by pages, with names decoded and in order") {
  const AskedS3 asked(Named{.prefix = "a//./b"});
  asked.fake->expect("GET " + bucket_url + list_query + "a%2Fb%2Fu1%2F",
                     answer(200, page("<EncodingType>url</EncodingType>" + going_on("t/1=") +
                                      object("a/b/u1/z+z%2B%C3%A9", "7", "&quot;multi-2&quot;"))));
  asked.fake->expect(
      "GET " + bucket_url + list_query + "a%2Fb%2Fu1%2F&continuation-token=t%2F1%3D",
      answer(200, page(object("a/b/u1/", "0", "&quot;d&quot;") +
                       object("a/b/u1/code/", "0", "&quot;d&quot;") + object("a/b/u1/code/m.py", "5", "abc") +
                       "<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>")));
  CHECK(asked.listed("u1") == "code/ 0 \ncode/m.py 5 \"abc\"\nz z+\xC3\xA9 7 \"multi-2\"\n");
  CHECK(asked.store->address() == "s3://ckpt/a/b");
}

TEST_CASE("keys of a list that is not encoded stay as they are") {
  const AskedS3 asked;
  asked.fake->expect("GET " + bucket_url + list_query + "u1%2F",
                     answer(200, page(object("u1/a+b%20&amp;c", "1", "&quot;x&quot;"))));
  CHECK(asked.listed("u1") == "a+b%20&c 1 \"x\"\n");
}

TEST_CASE("an ETag that no header can hold is no version") {
  const AskedS3 asked;
  asked.fake->expect("GET " + bucket_url + list_query + "u1%2F",
                     answer(200, page(object("u1/a", "1", "&quot;x&#10;Evil: 1&quot;"))));
  CHECK(asked.listed("u1") == "a 1 \n");
}

TEST_CASE("a folder without objects is absent, one with its mark alone is empty") {
  const AskedS3 asked;
  asked.fake->expect("GET " + bucket_url + list_query + "u1%2F", answer(200, page("<KeyCount>0</KeyCount>")));
  asked.fake->expect("GET " + bucket_url + list_query + "u2%2F",
                     answer(200, page(object("u2/", "0", "&quot;x&quot;"))));
  CHECK(asked.listed("u1") == "absent");
  CHECK(asked.listed("u2").empty());
}

TEST_CASE("an ETag like an MD5 is the digest unless the object is encrypted under a key of the user's") {
  const AskedS3 asked;
  const auto two = page(object("u1/a", "5", md5_etag) + object("u1/b", "5", md5_etag));
  const std::vector<std::pair<Answer, bool>> heads{
      {with(answer(200, ""), {{"x-amz-server-side-encryption", "AES256"}}), true},
      {answer(200, ""), true},
      {with(answer(200, ""), {{"x-amz-server-side-encryption", "aws:kms"}}), false},
      {with(answer(200, ""), {{"x-amz-server-side-encryption", "aws:kms:dsse"}}), false},
      {with(answer(200, ""), {{"x-amz-server-side-encryption-customer-algorithm", "AES256"}}), false},
      {answer(403, ""), false}};
  for (const auto& [head, is_md5] : heads) {
    asked.fake->expect("GET " + bucket_url + list_query + "u1%2F", answer(200, two));
    asked.fake->expect("HEAD " + bucket_url + "u1/a", head);
    const auto objects = *asked.store->list("u1");
    for (const auto& listed : objects) {
      CHECK(listed.digest == (is_md5 ? std::optional(Digest{DigestKind::md5, hello_md5}) : std::nullopt));
    }
  }
}

TEST_CASE("the checksum of a whole object is asked for by HEAD; a refusal states none") {
  const AskedS3 asked;
  asked.fake->expect("HEAD " + bucket_url + "u1/a",
                     with(answer(200, ""), {{"ETag", "\"5d41402abc4b2a76b9719d911017c592-2\""},
                                            {"x-amz-checksum-type", "FULL_OBJECT"},
                                            {"x-amz-checksum-crc32c", "yZRlqg=="}}));
  CHECK(asked.store->ask_digest("u1/a") == Digest{DigestKind::crc32c, "\xc9\x94\x65\xaa"});
  CHECK(header(asked.fake->requests()[0], "x-amz-checksum-mode") == "ENABLED");
  asked.fake->expect("HEAD " + bucket_url + "u1/a", answer(403, ""));
  CHECK_FALSE(asked.store->ask_digest("u1/a"));
}

TEST_CASE("lists that cannot be trusted are refused") {
  const auto refused = [](const std::vector<std::string>& pages) {
    const AskedS3 asked;
    std::string mark;
    for (const auto& body : pages) {
      asked.fake->expect("GET " + bucket_url + list_query + "u1%2F" + mark, answer(200, body));
      mark = "&continuation-token=t";
    }
    return thrown([&] { asked.store->list("u1"); });
  };
  CHECK(refused({page(object("u2/x", "1", "e"))}).message == "the store listed u2/x, which is not below u1/");
  CHECK(refused({page(going_on("t")), page(going_on("t"))}).message ==
        "the list of u1/ does not end: the store names a page again");
  CHECK(refused({page("<IsTruncated>true</IsTruncated>")}).message ==
        "the store's list goes on, but does not say how");
  CHECK(refused({page(object("u1/x", "-1", "e"))}).message ==
        "the store's list is not a valid one: '-1' is no size");
  CHECK(refused({page(object("", "1", "e"))}).message ==
        "the store's list is not a valid one: an object has no name");
  CHECK(refused({"<html></html>"}).message == "the store's list is not a valid one: it is a 'html'");
  CHECK(refused({"<ListBucketResult><Cont"}).failure == Failure::storage);
}

TEST_CASE("keys that are no names are listed, and neither read nor removed") {
  AskedS3 asked;
  for (const std::string key : {"../../etc/passwd", "a//b"}) {
    const auto name = "u1/" + key;
    asked.fake->expect("GET " + bucket_url + list_query + "u1%2F", answer(200, page(object(name, "1", "e"))));
    CHECK(asked.listed("u1") == key + " 1 \"e\"\n");
    CHECK(thrown([&] { asked.read(name, {0, 1}); }).failure == Failure::integrity);
    CHECK(thrown([&] { asked.store->read_request(name, {0, 1}, ""); }).failure == Failure::integrity);
    CHECK(thrown([&] { asked.store->remove(name); }).failure == Failure::integrity);
  }
}

TEST_CASE("a key that is no name does not keep the others of its checkpoint from being removed") {
  AskedS3 asked;
  asked.fake->expect("GET " + bucket_url + list_query + "u1%2F",
                     answer(200, page(object("u1/a//b", "1", "e") + object("u1/c", "1", "e"))));
  asked.fake->expect("DELETE " + bucket_url + "u1/c", answer(204, ""));
  const auto removed = object_checkpoints(std::move(asked.store))->remove_checkpoint("u1");
  REQUIRE(removed.left.size() == 1);
  CHECK(removed.left[0].path == "a//b");
  CHECK_FALSE(removed.failure.empty());
}

TEST_CASE("a list whose pages stay empty ends") {
  const AskedS3 asked;
  std::string mark;
  for (int i = 0; i < 1'000; ++i) {
    asked.fake->expect("GET " + bucket_url + list_query + "u1%2F" + mark,
                       answer(200, page(going_on(std::to_string(i)))));
    mark = "&continuation-token=" + std::to_string(i);
  }
  CHECK(thrown([&] { asked.store->list("u1"); }).message == "the list of u1/ goes on without objects");
}

TEST_CASE("a refusal is said in the store's words, fit for a terminal") {
  const AskedS3 asked;
  asked.fake->expect("GET " + bucket_url + list_query + "u1%2F",
                     answer(403, s3_error("AccessDenied", "Access \x1b[31mDenied.\nmore")));
  const auto error = thrown([&] { asked.store->list("u1"); });
  CHECK(error.failure == Failure::storage);
  CHECK(error.http_status == 403);
  CHECK(error.message ==
        "the list of s3://ckpt was refused: AccessDenied: Access \\x1b[31mDenied (status 403)");
  asked.fake->expect("GET " + bucket_url + list_query + "u1%2F",
                     answer(404, s3_error("NoSuchBucket", "none")));
  CHECK(thrown([&] { asked.store->list("u1"); }).message ==
        "the list of s3://ckpt was refused: NoSuchBucket: none (status 404)");
}

TEST_CASE("a range of an object is asked for, signed, and given to the sink") {
  const AskedS3 asked;
  asked.fake->expect("GET " + bucket_url + "u1/a%20b%2Bc%20%C3%A9%25",
                     with(Answer{206, {}, {"el", "lo!"}}, {{"Content-Range", "bytes 1-5/6"}}));
  CHECK(asked.read("u1/a b+c \xC3\xA9%", {1, 5}) == "[ello!]");
  const auto& request = asked.fake->requests().front();
  CHECK(header(request, "Range") == "bytes=1-5");
  CHECK(header(request, "If-Match") == std::nullopt);
  CHECK(header(request, "Authorization")
            .value_or("")
            .starts_with("AWS4-HMAC-SHA256 Credential=AKID/20130524/us-east-1/s3/aws4_request, "
                         "SignedHeaders=host;range;x-amz-checksum-mode;x-amz-content-sha256;x-amz-date, "));
}

TEST_CASE("reading knows what is absent, what ends before the range, and what was refused") {
  const AskedS3 asked;
  asked.fake->expect("GET " + bucket_url + "u1/a", answer(404, s3_error("NoSuchKey", "none")));
  CHECK(asked.read("u1/a", {0, 5}) == "absent");
  asked.fake->expect("GET " + bucket_url + "u1/a", answer(416, s3_error("InvalidRange", "none")));
  CHECK(asked.read("u1/a", {9, 5}) == "[]");
  asked.fake->expect("HEAD " + bucket_url + "u1/a", answer(200, ""));
  CHECK(asked.read("u1/a", {0, 0}) == "[]");
  asked.fake->expect("HEAD " + bucket_url + "u1/a", answer(404, ""));
  CHECK(asked.read("u1/a", {0, 0}) == "absent");
  asked.fake->expect("GET " + bucket_url + "u1/a", answer(404, s3_error("NoSuchBucket", "none")));
  CHECK(thrown([&] { asked.read("u1/a", {0, 5}); }).failure == Failure::storage);
  asked.fake->expect("GET " + bucket_url + "u1/a", answer(200, "hello"));
  CHECK(asked.read("u1/a", {1, 3}) == "[ell]");
}

TEST_CASE("a network that fails is the storage's failure") {
  const AskedS3 asked;
  asked.fake->expect_failing("GET " + bucket_url + "u1/a", Error(Failure::unreachable, "no route"));
  CHECK(thrown([&] { asked.read("u1/a", {0, 5}); }).failure == Failure::storage);
}

TEST_CASE("others may read with a signed request that pins the version") {
  const AskedS3 asked;
  const auto request = asked.store->read_request("u1/a", {0, 10}, "\"e\"");
  CHECK(request.url == bucket_url + "u1/a");
  CHECK(request.method == "GET");
  CHECK(header(request, "If-Match") == "\"e\"");
  CHECK(header(request, "Range") == "bytes=0-9");
  CHECK(header(request, "Authorization").has_value());
  CHECK_FALSE(header(asked.store->read_request("u1/a", {0, 10}, "W/\"e\""), "If-Match"));
  CHECK(asked.fake->requests().empty());
}

TEST_CASE("answers to others are explained") {
  const AskedS3 asked;
  const auto explained = [&](int status, const std::string& body) {
    return asked.store->refusal("u1/a", status, body);
  };
  CHECK(explained(404, s3_error("NoSuchKey", "x")).failure == Failure::not_found);
  CHECK(explained(404, s3_error("NoSuchKey", "x")).message == "there is no s3://ckpt/u1/a");
  CHECK(explained(404, s3_error("NoSuchBucket", "x")).failure == Failure::storage);
  CHECK(explained(412, "").failure == Failure::integrity);
  CHECK(explained(412, "").message == "s3://ckpt/u1/a has changed since it was listed");
  CHECK(explained(403, "<Error><Code>AccessDenied</Code><Mess").message ==
        "s3://ckpt/u1/a was refused: AccessDenied: the store gave no reason (status 403)");
  CHECK(explained(500, "not XML").message ==
        "s3://ckpt/u1/a was refused: the store gave no reason (status 500)");
  CHECK(explained(503, "").retryable);
  CHECK(explained(408, "").retryable);
  CHECK_FALSE(explained(403, "").retryable);
}

TEST_CASE("the digest of an answer is its MD5, else a checksum of the whole object") {
  const std::string md5 = "\"5d41402abc4b2a76b9719d911017c592\"";
  CHECK(digest_by({{"ETag", md5}}) == Digest{DigestKind::md5, hello_md5});
  CHECK(digest_by({{"ETag", "5d41402abc4b2a76b9719d911017c592"}}) == Digest{DigestKind::md5, hello_md5});
  CHECK(digest_by({{"ETag", md5}, {"x-amz-server-side-encryption", "aws:kms"}}) == std::nullopt);
  CHECK(digest_by({{"ETag", "\"5d41402abc4b2a76b9719d911017c592-3\""}}) == std::nullopt);
  CHECK(digest_by({{"ETag", "\"5d41402abc4b2a76b9719d911017c59g\""}}) == std::nullopt);
  CHECK(digest_by({{"ETag", "W/" + md5}}) == std::nullopt);
  CHECK(digest_by({}) == std::nullopt);
  const Digest crc{DigestKind::crc32c, "\x01\x02\x03\x04"};
  const std::map<std::string, std::string> whole{
      {"ETag", "\"x-2\""}, {"x-amz-checksum-type", "FULL_OBJECT"}, {"x-amz-checksum-crc32c", "AQIDBA=="}};
  CHECK(digest_by(whole) == crc);
  const auto changed = [&](const std::string& name, const std::string& value) {
    auto headers = whole;
    headers[name] = value;
    return digest_by(headers);
  };
  CHECK(changed("Content-Range", "bytes 0-9/10") == crc);
  CHECK(changed("Content-Range", "bytes 0-8/10") == std::nullopt);
  CHECK(changed("Content-Range", "bytes 1-9/10") == std::nullopt);
  CHECK(changed("x-amz-checksum-type", "COMPOSITE") == std::nullopt);
  CHECK(changed("x-amz-checksum-crc32c", "AQID") == std::nullopt);
  CHECK(digest_by({{"x-amz-checksum-type", "FULL_OBJECT"},
                   {"x-amz-checksum-sha256", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="}})
            ->kind == DigestKind::sha256);
}

TEST_CASE("a small object is put at once, with the hash of its bytes") {
  const AskedS3 asked;
  asked.fake->expect("PUT " + bucket_url + "u1/a", "hellohello", answer(200, ""));
  asked.put("u1/a", "hello", 2);
  CHECK(header(asked.fake->requests().front(), "x-amz-content-sha256") ==
        "0a86050fb37a4def36885da9557f5b22a9e191767a80e7a4a2415410a4462b68");
  asked.fake->expect("PUT " + bucket_url + "u1/b", answer(403, s3_error("AccessDenied", "no")));
  CHECK(thrown([&] { asked.put("u1/b", "hello"); }).message ==
        "s3://ckpt/u1/b was refused: AccessDenied: no (status 403)");
  asked.fake->expect("PUT " + bucket_url + "u1/none", "", answer(200, ""));
  asked.put("u1/none", "", 0);
}

TEST_CASE("a large object is put in parts") {
  const AskedS3 asked;
  const std::string piece(std::size_t{13} << 20U, 'x');  // five of them: 65 MiB
  asked.fake->expect("POST " + bucket_url + "u1/a?uploads=", "",
                     answer(200,
                            "<InitiateMultipartUploadResult><UploadId>i/d</UploadId>"
                            "</InitiateMultipartUploadResult>"));
  for (const std::string part : {"1", "2", "3", "4", "5"}) {
    asked.fake->expect("PUT " + bucket_url + "u1/a?partNumber=" + part + "&uploadId=i%2Fd",
                       with(answer(200, ""), {{"ETag", "\"e<" + part + "\""}}));
  }
  std::string parts;
  for (const std::string part : {"1", "2", "3", "4", "5"}) {
    parts += "<Part><PartNumber>" + part + "</PartNumber><ETag>\"e&lt;" + part + "\"</ETag></Part>";
  }
  asked.fake->expect("POST " + bucket_url + "u1/a?uploadId=i%2Fd",
                     "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" + parts +
                         "</CompleteMultipartUpload>",
                     answer(200, "<CompleteMultipartUploadResult/>"));
  asked.put("u1/a", piece, 5);
  CHECK(asked.fake->requests()[1].body.size() == std::size_t{16} << 20U);
  CHECK(asked.fake->requests()[5].body.size() == std::size_t{1} << 20U);
}

TEST_CASE("an upload that fails is taken back, whoever fails") {
  const std::string piece(std::size_t{13} << 20U, 'x');
  const std::string begun =
      "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>";
  const auto part = [](int number) {
    return "PUT " + bucket_url + "u1/a?partNumber=" + std::to_string(number) + "&uploadId=1";
  };
  const std::string taken_back = "DELETE " + bucket_url + "u1/a?uploadId=1";
  {
    const AskedS3 asked;
    asked.fake->expect("POST " + bucket_url + "u1/a?uploads=", answer(200, begun));
    asked.fake->expect(part(1), answer(500, s3_error("InternalError", "x")));
    asked.fake->expect(taken_back, answer(204, ""));
    CHECK(thrown([&] { asked.put("u1/a", piece, 5); }).failure == Failure::storage);
  }
  {
    const AskedS3 asked;
    asked.fake->expect("POST " + bucket_url + "u1/a?uploads=", answer(200, begun));
    for (int number = 1; number <= 5; ++number) asked.fake->expect(part(number), answer(200, ""));
    asked.fake->expect("POST " + bucket_url + "u1/a?uploadId=1",
                       answer(200, s3_error("InternalError", "late")));
    asked.fake->expect(taken_back, answer(204, ""));
    CHECK(thrown([&] { asked.put("u1/a", piece, 5); }).message ==
          "s3://ckpt/u1/a was refused: InternalError: late (status 200)");
  }
  {
    const AskedS3 asked;
    asked.fake->expect("POST " + bucket_url + "u1/a?uploads=", answer(200, begun));
    for (int number = 1; number <= 4; ++number) asked.fake->expect(part(number), answer(200, ""));
    asked.fake->expect_failing(taken_back, Error(Failure::unreachable, "gone"));
    const auto source = [&piece, given = 0]() mutable -> std::string_view {
      if (given++ == 5) throw Error(Failure::local_disk, "the source broke");
      return piece;
    };
    CHECK(thrown([&] { asked.store->put("u1/a", source); }).message == "the source broke");
  }
}

TEST_CASE("removing what is absent is success, a refusal is not") {
  const AskedS3 asked;
  asked.fake->expect("DELETE " + bucket_url + "u1/a", answer(204, ""));
  asked.store->remove("u1/a");
  asked.fake->expect("DELETE " + bucket_url + "u1/a", answer(404, s3_error("NoSuchKey", "x")));
  asked.store->remove("u1/a");
  asked.fake->expect("DELETE " + bucket_url + "u1/code/", answer(204, ""));
  asked.store->remove("u1/code/");
  asked.fake->expect("DELETE " + bucket_url + "u1/a", answer(404, s3_error("NoSuchBucket", "x")));
  CHECK(thrown([&] { asked.store->remove("u1/a"); }).failure == Failure::storage);
  CHECK(thrown([&] { asked.store->remove("../a"); }).failure == Failure::integrity);
}
