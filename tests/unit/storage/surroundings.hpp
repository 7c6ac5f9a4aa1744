#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "storage/remote_store.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/temporary_directory.hpp"

namespace det::testing {

// What a cloud's store finds around it: all of it is the test's. Outlives what surroundings() gives.
struct CloudScene {
  TemporaryDirectory directory;
  std::filesystem::path home = directory.path();
  std::map<std::string, std::string> variables = {};
  std::shared_ptr<FakeTransport> transport = std::make_shared<FakeTransport>();
  std::chrono::system_clock::time_point now{std::chrono::seconds(1'700'000'000)};

  storage::Surroundings surroundings();
};

// The same answer with these headers.
Answer with_headers(Answer made, std::vector<http::Header> headers);

// Gives bytes, which outlive it, in pieces of a prime size.
storage::Pieces pieces_of(const std::string& bytes);

// What a store reads of an object; "(absent)" when it says so.
std::string read_text(const storage::Store& store, const std::string& name, storage::ByteRange range);

}  // namespace det::testing
