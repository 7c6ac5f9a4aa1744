#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "master/accounts.hpp"
#include "master/api.hpp"
#include "master/database.hpp"
#include "master/services.hpp"
#include "master/timer.hpp"
#include "model/json.hpp"
#include "tests/support/temporary_directory.hpp"

namespace det::testing {

// An answer that has come whole.
struct Answered {
  int status = 0;  // 0: none came
  std::string text = {};
  model::Json json = {};  // null when the text is no one JSON value

  // Of an error below /api/v1.
  std::string error() const;
  // The values of a stream's lines {"result": VALUE}.
  model::Json results() const;
};

// A master in a directory of its own, asked without a server; user 1 "determined" is signed in.
class MasterFixture {
 public:
  MasterFixture();

  master::Services& services() { return services_; }
  master::Database& database() { return database_; }
  // Bearer this, or nobody when it is empty.
  std::string token;

  // `path` may have a query. A stream is read to its end, or up to where it waits.
  Answered get(const std::string& path) { return ask("GET", path); }
  Answered post(const std::string& path, const std::string& body = "") { return ask("POST", path, body); }
  Answered put(const std::string& path, const std::string& body = "") { return ask("PUT", path, body); }
  Answered patch(const std::string& path, const std::string& body) { return ask("PATCH", path, body); }
  Answered remove(const std::string& path, const std::string& body = "") { return ask("DELETE", path, body); }
  Answered ask(const std::string& method, const std::string& path, const std::string& body = "");
  // The same as the server gets it: with its stream unread.
  master::Response response(const std::string& method, const std::string& path, const std::string& body = "");

  // These write to the catalogue; both return the new id.
  std::int64_t add_experiment(model::ExperimentRecord experiment = {});
  std::int64_t add_trial(std::int64_t experiment_id);  // with the task "task-ID", in run 1
  // Reports at `steps`, at that second, in run 1.
  void report(std::int64_t trial_id, const std::string& group, std::int64_t steps,
              const std::string& metrics);
  // A COMPLETED one with one file of 10 bytes, reported at second `steps`.
  void add_checkpoint(std::int64_t trial_id, const std::string& uuid, std::int64_t steps);

 private:
  TemporaryDirectory directory_;
  master::Database database_;
  master::Accounts accounts_;
  master::Timer timer_;
  master::Services services_;
  master::Handler api_;
};

// The N-th of many uuids: "00000000-0000-4000-8000-00000000000N".
std::string uuid(int number);

// The names of an object's fields, in their order.
std::vector<std::string> keys(const model::Json& object);

}  // namespace det::testing
