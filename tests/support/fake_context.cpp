#include "tests/support/fake_context.hpp"

#include <stdexcept>
#include <utility>

namespace det::testing {

std::optional<std::string> FakeContext::environment(const std::string& name) const {
  const auto found = variables.find(name);
  return found == variables.end() ? std::nullopt : std::optional(found->second);
}

client::Master& FakeContext::master(const commands::Reference& reference) {
  asked_addresses.insert(reference.source.value_or(""));
  if (current_master == nullptr) throw std::logic_error("the test provides no master");
  return *current_master;
}

client::Session& FakeContext::session(const commands::Reference&) {
  throw std::logic_error("the test provides no session");
}

std::unique_ptr<sources::Source> FakeContext::source(const commands::Reference&) {
  if (!next_source) throw std::logic_error("the test provides no source");
  return std::move(next_source);
}

}  // namespace det::testing
