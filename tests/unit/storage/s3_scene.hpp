#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "storage/remote_store.hpp"
#include "tests/support/fake_transport.hpp"

namespace det::testing {

using Variables = std::map<std::string, std::string>;

// Keys of the environment.
Variables own_keys();

// A configuration of type s3.
struct Named {
  std::string bucket = "ckpt";
  std::string prefix = {};
  std::string endpoint_url = {};
  std::string access_key = {};
  std::string secret_key = {};
};

// Where that bucket's objects are asked for.
inline const std::string bucket_url = "https://ckpt.s3.us-east-1.amazonaws.com/";

// A store over a fake, on 2013-05-24, in an environment of which nothing is known but what a test gives.
struct AskedS3 {
  std::shared_ptr<FakeTransport> fake = std::make_shared<FakeTransport>();
  std::unique_ptr<storage::RemoteStore> store;

  explicit AskedS3(const Named& named = {}, const Variables& variables = own_keys());

  // "path size version [kind of digest]" of each object, a line each; "absent".
  std::string listed(const std::string& folder) const;
  // What came of a read, in brackets; "absent" when it said so.
  std::string read(const std::string& name, storage::ByteRange range) const;
  // Puts `piece` so many times.
  void put(const std::string& name, const std::string& piece, int times = 1) const;
};

// What S3 says in a refusal; `more` are further elements.
std::string s3_error(const std::string& code, const std::string& message, const std::string& more = "");

Answer with(Answer made, std::vector<http::Header> headers);

}  // namespace det::testing
