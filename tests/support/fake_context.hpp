#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>

#include "commands/context.hpp"
#include "tests/support/never_cancelled.hpp"

namespace det::testing {

// A command's surroundings in memory: what it prints can be read back, what it reads is given. Asking for
// something that the test did not provide throws std::logic_error.
class FakeContext final : public commands::Context {
 public:
  std::ostream& out() override { return printed; }
  std::ostream& err() override { return told; }
  std::istream& in() override { return typed; }
  const commands::Globals& globals() const override { return options; }
  const commands::Terminal& terminal() const override { return streams; }
  const http::Cancellation& cancellation() const override { return never; }
  void stop() override { stopped = true; }
  std::optional<std::string> environment(const std::string& name) const override;
  client::Master& master(const commands::Reference& reference) override;
  client::Session& session(const commands::Reference& reference) override;
  std::unique_ptr<sources::Source> source(const commands::Reference& reference) override;

  std::ostringstream printed;
  std::ostringstream told;
  std::istringstream typed;
  commands::Globals options;
  commands::Terminal streams;
  bool stopped = false;
  std::map<std::string, std::string> variables;
  client::Master* current_master = nullptr;
  std::set<std::string> asked_addresses;         // of masters; empty: the current one
  std::unique_ptr<sources::Source> next_source;  // given away by source()

 private:
  NeverCancelled never;
};

}  // namespace det::testing
