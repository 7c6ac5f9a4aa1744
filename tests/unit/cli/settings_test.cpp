#include "cli/settings.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <map>

#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"

using det::Error;
using det::Failure;
using det::cli::Settings;
using det::http::Verification;
using std::chrono::milliseconds;

namespace {

using Variables = std::map<std::string, std::string>;

// A home of its own and what is asked of it.
class Surroundings {
  det::testing::TemporaryDirectory directory_;

 public:
  det::commands::Globals flags;
  Variables variables = {{"HOME", (directory_.path() / "home").string()}};

  void configure_user(const std::string& toml) const { det::testing::write_file(user_file(), toml); }
  void configure_system(const std::string& toml) const { det::testing::write_file(system_file(), toml); }
  std::filesystem::path user_file() const { return directory_.path() / "home/.config/det/config.toml"; }
  std::filesystem::path system_file() const { return directory_.path() / "etc/config.toml"; }
  std::filesystem::path path() const { return directory_.path(); }

  Settings settings() const {
    const det::http::Environment environment = [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    return det::cli::resolve_settings({flags, environment, system_file()});
  }
  Error failure() const {
    return det::testing::thrown([this] { settings(); });
  }
};

}  // namespace

TEST_CASE("without anything said, the defaults hold") {
  const auto settings = Surroundings().settings();
  CHECK(settings.master.value == "http://localhost:8080");
  CHECK(settings.master.origin == "default");
  CHECK(settings.user.value == std::nullopt);
  CHECK(settings.source.value == std::nullopt);
  CHECK(settings.color.value == "auto");
  CHECK(settings.progress.value == "auto");
  CHECK(settings.timeout.value == std::nullopt);
  CHECK(settings.trust.value.verification == Verification::full);
  CHECK(settings.trust.value.ca_file.empty());
  CHECK_FALSE(settings.no_input.value);
  CHECK_FALSE(settings.debug.value);
  CHECK(settings.retry.retries == 4);
  CHECK(settings.warnings.empty());
}

TEST_CASE(
    "the master comes from the flag, then the environment, then the user's configuration, then the "
    "system's") {
  Surroundings given;
  given.configure_system("master = 'system'");
  CHECK(given.settings().master.value == "http://system:8080");
  CHECK(given.settings().master.origin == given.system_file().string() + ":1");
  given.configure_user("# mine\nmaster = \"https://user\"");
  CHECK(given.settings().master.value == "https://user:443");
  CHECK(given.settings().master.origin == given.user_file().string() + ":2");
  given.variables["DET_MASTER_ADDR"] = "http://address";
  CHECK(given.settings().master.value == "http://address:80");
  given.variables["DET_MASTER"] = "variable:1";
  CHECK(given.settings().master.value == "http://variable:1");
  CHECK(given.settings().master.origin == "DET_MASTER");
  given.flags.master = "flag:2";
  CHECK(given.settings().master.value == "http://flag:2");
  CHECK(given.settings().master.origin == "--master");
}

TEST_CASE("a master that cannot be used is named with the place that gave it") {
  Surroundings given;
  given.variables["DET_MASTER"] = "ftp://x";
  CHECK(given.failure().failure == Failure::usage);
  CHECK(given.failure().message.rfind("DET_MASTER: ", 0) == 0);
}

TEST_CASE("DET_USER counts only together with DET_PASS, and a flag goes before both") {
  Surroundings given;
  given.variables["DET_USER"] = "ann";
  CHECK(given.settings().user.value == std::nullopt);
  given.configure_user("user = 'cid'");
  CHECK(given.settings().user.value == "cid");
  CHECK(given.settings().identity.user_flag == "cid");
  given.variables["DET_PASS"] = "";
  CHECK(given.settings().user.value == "ann");
  CHECK(given.settings().identity.user_flag == std::nullopt);
  CHECK(given.settings().identity.password == "");
  given.flags.user = "bob";
  CHECK(given.settings().user.value == "bob");
  CHECK(given.settings().identity.user_flag == "bob");
  CHECK(given.settings().identity.user == "ann");
}

TEST_CASE("tokens come from the environment, unless they are empty") {
  Surroundings given;
  given.variables["DET_AUTH_TOKEN"] = "a";
  given.variables["DET_USER_TOKEN"] = "";
  CHECK(given.settings().identity.auth_token == "a");
  CHECK(given.settings().identity.user_token == std::nullopt);
}

TEST_CASE("colour follows the flag, NO_COLOR, CLICOLOR_FORCE, TERM and the configuration, in this order") {
  Surroundings given;
  given.configure_user("color = 'always'");
  CHECK(given.settings().color.value == "always");
  given.variables["TERM"] = "dumb";
  CHECK(given.settings().color.value == "never");
  CHECK(given.settings().color.origin == "TERM");
  given.variables["CLICOLOR_FORCE"] = "0";
  CHECK(given.settings().color.value == "never");
  given.variables["CLICOLOR_FORCE"] = "1";
  CHECK(given.settings().color.value == "always");
  given.variables["NO_COLOR"] = "1";
  CHECK(given.settings().color.value == "never");
  given.flags.color = "always";
  CHECK(given.settings().color.value == "always");
  CHECK(given.settings().color.origin == "--color");
}

TEST_CASE("a word that a setting does not know is refused with its place") {
  Surroundings given;
  given.variables["DET_PROGRESS"] = "loud";
  CHECK(given.failure().message == "DET_PROGRESS: 'loud' is none of auto, bar, plain, json, none");
  given.variables["DET_PROGRESS"] = "plain";
  CHECK(given.settings().progress.value == "plain");
}

TEST_CASE("a timeout is a number of seconds above 0") {
  Surroundings given;
  given.configure_user("timeout = 90");
  CHECK(given.settings().timeout.value == milliseconds(90'000));
  given.flags.timeout_seconds = 0.0015;
  CHECK(given.settings().timeout.value == milliseconds(2));
  for (const double seconds : {0.0, -1.0, 1e300, std::numeric_limits<double>::quiet_NaN()}) {
    given.flags.timeout_seconds = seconds;
    CHECK(given.failure().message == "--timeout: a timeout is a number of seconds above 0");
  }
}

TEST_CASE("certificates are judged as the flag, DET_MASTER_CERT_FILE or the configuration says") {
  Surroundings given;
  given.configure_user("insecure = true\ncacert = '/config.pem'");
  CHECK(given.settings().trust.value.verification == Verification::none);
  given.variables["DET_MASTER_CERT_FILE"] = "/env.pem";
  CHECK(given.settings().trust.value.verification == Verification::full);
  CHECK(given.settings().trust.value.ca_file == "/env.pem");
  given.variables["DET_MASTER_CERT_FILE"] = "NoVerify";
  CHECK(given.settings().trust.value.verification == Verification::none);
  CHECK(given.settings().trust.origin == "DET_MASTER_CERT_FILE");
  given.flags.cacert = "/flag.pem";
  CHECK(given.settings().trust.value.verification == Verification::full);
  CHECK(given.settings().trust.value.ca_file == "/flag.pem");
  given.flags.insecure = true;
  CHECK(given.failure().message == "--cacert and --insecure exclude each other");
}

TEST_CASE("a variable that says no turns a configured yes off") {
  Surroundings given;
  given.configure_user("no_input = true\ndebug = true");
  CHECK(given.settings().no_input.value);
  CHECK(given.settings().debug.value);
  given.variables["DET_NO_INPUT"] = "0";
  given.variables["DET_DEBUG"] = "False";
  CHECK_FALSE(given.settings().no_input.value);
  CHECK_FALSE(given.settings().debug.value);
  given.flags.no_input = true;
  CHECK(given.settings().no_input.origin == "--no-input");
}

TEST_CASE("the source comes from the flag, DET_SOURCE or the configuration") {
  Surroundings given;
  given.configure_user("source = 'ray:/a'");
  CHECK(given.settings().source.value == "ray:/a");
  given.variables["DET_SOURCE"] = "dvc:/b";
  CHECK(given.settings().source.value == "dvc:/b");
  given.flags.source = "dir:/c";
  CHECK(given.settings().source.value == "dir:/c");
}

TEST_CASE("the environment also names retries, proxies and the name of the certificate") {
  Surroundings given;
  given.variables.insert({{"DET_RETRY_CONFIG", R"({"total": 1})"}, {"HTTPS_PROXY", "http://p"}});
  given.variables["DET_MASTER_CERT_NAME"] = "master.local";
  CHECK(given.settings().retry.retries == 1);
  CHECK(given.settings().proxies.https == "http://p");
  CHECK(given.settings().verified_name == "master.local");
  given.variables["DET_RETRY_CONFIG"] = "x";
  CHECK(given.failure().failure == Failure::usage);
}

TEST_CASE("logins lie where the official client keeps them") {
  Surroundings given;
  CHECK(given.settings().login_directory == given.path() / "home/.config/determined");
  given.variables["XDG_CONFIG_HOME"] = "/xdg";
  CHECK(given.settings().login_directory == "/xdg/determined");
  given.variables["DET_DEBUG_CONFIG_PATH"] = "/debug";
  CHECK(given.settings().login_directory == "/debug");
}

TEST_CASE("a configuration that is no TOML is named with its line") {
  Surroundings given;
  given.configure_user("master = 'm'\nuser = \n");
  CHECK(given.failure().failure == Failure::usage);
  CHECK(given.failure().message.rfind(given.user_file().string() + ":2: not valid TOML: ", 0) == 0);
}

TEST_CASE("a configured value of another kind is named with its line") {
  Surroundings given;
  given.configure_system("\nmaster = 8080");
  CHECK(given.failure().message == given.system_file().string() + ":2: master must be a text");
  given.configure_system("timeout = [1]");
  CHECK(given.failure().message ==
        given.system_file().string() + ":1: timeout is neither a text nor a number nor true or false");
}

TEST_CASE("a setting that does not exist is warned of, not refused") {
  Surroundings given;
  given.configure_user("mastr = 'm'");
  CHECK(given.settings().warnings ==
        std::vector<std::string>{given.user_file().string() + ":1: there is no setting named mastr"});
}

TEST_CASE("a configuration that cannot be read is an error of the disk") {
  Surroundings given;
  std::filesystem::create_directories(given.user_file());
  CHECK(given.failure().failure == Failure::local_disk);
  CHECK(given.failure().message ==
        "could not read " + given.user_file().string() + ": it is no regular file");
}
