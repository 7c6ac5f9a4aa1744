#include "commands/deploy/object_access.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>
#include <string>

#include "tests/support/fake_context.hpp"
#include "tests/support/temporary_directory.hpp"

namespace det::testing {
namespace {

namespace fs = std::filesystem;

// Lives in a directory, until it goes.
class Living {
 public:
  explicit Living(const fs::path& directory) : before_(fs::current_path()) { fs::current_path(directory); }
  ~Living() { fs::current_path(before_); }
  Living(const Living&) = delete;
  Living& operator=(const Living&) = delete;

 private:
  fs::path before_;
};

}  // namespace

TEST_CASE("files with credentials are meant from where the master was started, wherever it lives") {
  const TemporaryDirectory directory;
  FakeContext context;
  context.variables = {{"GOOGLE_APPLICATION_CREDENTIALS", "key.json"},
                       {"AWS_CONFIG_FILE", "../aws/config"},
                       {"AWS_SHARED_CREDENTIALS_FILE", "~/keys"},
                       {"AWS_WEB_IDENTITY_TOKEN_FILE", "/run/token"},
                       {"CLOUDSDK_CONFIG", ""},
                       {"AWS_PROFILE", "lab"}};
  std::string here;
  std::function<storage::Surroundings()> access;
  {
    const Living living(directory.path());
    here = fs::current_path().native();
    access = commands::deploy::object_access(context);
  }
  const auto environment = access().environment;
  CHECK(environment("GOOGLE_APPLICATION_CREDENTIALS") == here + "/key.json");
  CHECK(environment("AWS_CONFIG_FILE") == here + "/../aws/config");
  CHECK(environment("AWS_SHARED_CREDENTIALS_FILE") == "~/keys");
  CHECK(environment("AWS_WEB_IDENTITY_TOKEN_FILE") == "/run/token");
  CHECK(environment("CLOUDSDK_CONFIG") == "");
  CHECK(environment("AWS_PROFILE") == "lab");
  CHECK_FALSE(environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"));
}

}  // namespace det::testing
