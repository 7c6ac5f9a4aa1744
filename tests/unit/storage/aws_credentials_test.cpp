#include <catch2/catch.hpp>
#include <chrono>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "model/error.hpp"
#include "storage/credentials/aws.hpp"
#include "storage/credentials/aws_profiles.hpp"
#include "storage/credentials/aws_temporary_keys.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"

using det::Error;
using det::Failure;
using det::storage::Surroundings;
using det::storage::credentials::aws_login;
using det::storage::credentials::aws_time;
using det::storage::credentials::AwsLogin;
using det::storage::credentials::AwsProfiles;
using det::storage::signing::AwsKeys;
using det::testing::answer;
using det::testing::FakeTransport;
using det::testing::header;
using det::testing::TemporaryDirectory;
using det::testing::thrown;
using det::testing::write_file;

namespace {

using Variables = std::map<std::string, std::string>;

// A user at home, with no more than a test gives.
struct User {
  TemporaryDirectory home;
  std::shared_ptr<FakeTransport> fake = std::make_shared<FakeTransport>();
  std::chrono::system_clock::time_point now = *aws_time("2030-01-31T12:00:00Z");
  Variables variables;

  User(std::initializer_list<Variables::value_type> set) : variables(set) {}

  void credentials(const std::string& text) const { write_file(home / ".aws/credentials", text); }
  void config(const std::string& text) const { write_file(home / ".aws/config", text); }

  Surroundings surroundings() {
    return {.environment = [set = variables](const std::string& name) -> std::optional<std::string> {
              const auto found = set.find(name);
              if (found == set.end()) return std::nullopt;
              return found->second;
            },
            .home = home.path(),
            .transport = fake,
            .now = [this] { return now; }};
  }
  AwsProfiles profiles() { return AwsProfiles(surroundings()); }
  AwsLogin login() { return aws_login(surroundings(), profiles()); }
  AwsKeys keys() { return login()(); }
  std::string refusal() {
    const auto error = thrown([this] { keys(); });
    CHECK(error.failure == Failure::storage);
    return error.message;
  }
};

const std::string metadata = "http://169.254.169.254/latest/";
const std::string roles = metadata + "meta-data/iam/security-credentials/";

std::string given(const std::string& access_key, const std::string& expires) {
  return R"({"Code": "Success", "AccessKeyId": ")" + access_key +
         R"(", "SecretAccessKey": "s", "Token": "t", "Expiration": ")" + expires + "\"}";
}

std::string assumed(const std::string& action, const std::string& access_key) {
  return "<" + action + "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><" + action +
         "Result><Credentials><AccessKeyId>" + access_key +
         "</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
         "<Expiration>2030-01-31T13:00:00Z</Expiration></Credentials></" +
         action + "Result></" + action + "Response>";
}

}  // namespace

TEST_CASE("keys of the environment go before all others") {
  User user{{"AWS_ACCESS_KEY_ID", "A"}, {"AWS_SECRET_ACCESS_KEY", "S"}, {"AWS_SESSION_TOKEN", "T"}};
  user.credentials("[default]\naws_access_key_id = B\naws_secret_access_key = C\n");
  CHECK(user.keys() == AwsKeys{"A", "S", "T"});
}

TEST_CASE("half of a pair of keys in the environment is said") {
  CHECK(User{{"AWS_ACCESS_KEY_ID", "A"}}.refusal() ==
        "no AWS credentials: AWS_ACCESS_KEY_ID is set, but not AWS_SECRET_ACCESS_KEY");
  CHECK(User{{"AWS_SECRET_ACCESS_KEY", "A"}}.refusal() ==
        "no AWS credentials: AWS_SECRET_ACCESS_KEY is set, but not AWS_ACCESS_KEY_ID");
}

TEST_CASE("a profile's keys come from the credentials file, then from the config file") {
  User user{};
  user.credentials(
      "[default]\naws_access_key_id = A\naws_secret_access_key = S\n"
      "[dev]\naws_access_key_id = D\naws_secret_access_key = E\naws_session_token = F\n");
  user.config(
      "[default]\naws_access_key_id = X\nregion = eu-north-1\n"
      "[profile ops]\naws_access_key_id = O\naws_secret_access_key = P\n");
  CHECK(user.keys() == AwsKeys{"A", "S"});
  CHECK(user.profiles().region() == "eu-north-1");
  user.variables["AWS_PROFILE"] = "dev";
  CHECK(user.keys() == AwsKeys{"D", "E", "F"});
  user.variables["AWS_PROFILE"] = "ops";
  CHECK(user.keys() == AwsKeys{"O", "P"});
}

TEST_CASE("the files of AWS may lie elsewhere") {
  User user{};
  write_file(user.home / "c", "[default]\naws_access_key_id = A\naws_secret_access_key = S\n");
  write_file(user.home / "d", "[default]\nregion = eu-west-3\n");
  user.variables["AWS_SHARED_CREDENTIALS_FILE"] = "~/c";
  user.variables["AWS_CONFIG_FILE"] = (user.home / "d").native();
  CHECK(user.keys() == AwsKeys{"A", "S"});
  CHECK(user.profiles().region() == "eu-west-3");
}

TEST_CASE("a profile that nobody described is an error") {
  User user{{"AWS_PROFILE", "de\x1bv"}};
  CHECK(user.refusal() == "no AWS credentials: there is no profile de\\x1bv of " +
                              (user.home / ".aws/credentials").native() + " and " +
                              (user.home / ".aws/config").native());
}

TEST_CASE("an AWS file of more than a mebibyte is refused") {
  User user{};
  user.credentials(std::string((std::size_t{1} << 20U) + 1, '#'));
  CHECK(user.refusal() == "cannot read the credentials in " + (user.home / ".aws/credentials").native() +
                              ": it is longer than a mebibyte");
}

TEST_CASE("programs and single sign-on of a profile are not used, and the way on is said") {
  User user{};
  for (const std::string setting : {"credential_process = /bin/false", "sso_session = s"}) {
    user.config("[default]\n" + setting + "\n");
    const auto error = thrown([&] { user.keys(); });
    CHECK(error.message.find("which det does not use") != std::string::npos);
    CHECK(error.next == "eval \"$(aws configure export-credentials --format env)\"");
  }
}

TEST_CASE("a profile assumes its role with the keys of its source") {
  User user{{"AWS_PROFILE", "dev"}};
  user.credentials("[base]\naws_access_key_id = AKID\naws_secret_access_key = SECRET\n");
  user.config(
      "[profile dev]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\nregion = eu-west-1\n"
      "external_id = x y\nrole_session_name = me\nduration_seconds = 900\n");
  user.fake->expect("POST https://sts.eu-west-1.amazonaws.com/",
                    "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&"
                    "RoleSessionName=me&ExternalId=x%20y&DurationSeconds=900",
                    answer(200, assumed("AssumeRole", "TMP")));
  CHECK(user.keys() == AwsKeys{"TMP", "s", "t"});
  const auto authorization = header(user.fake->requests().front(), "Authorization").value_or("");
  CHECK(
      authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKID/20300131/eu-west-1/sts/aws4_request, "
                                "SignedHeaders=content-type;host;x-amz-date, Signature="));
  CHECK_FALSE(header(user.fake->requests().front(), "x-amz-content-sha256"));
}

TEST_CASE("roles may be chained, but not in a circle") {
  User user{};
  user.config(
      "[default]\nrole_arn = one\nsource_profile = two\n"
      "[profile two]\nrole_arn = two\nsource_profile = keys\n"
      "[profile keys]\naws_access_key_id = K\naws_secret_access_key = S\n");
  user.fake->expect("POST https://sts.us-east-1.amazonaws.com/", answer(200, assumed("AssumeRole", "TWO")));
  user.fake->expect("POST https://sts.us-east-1.amazonaws.com/", answer(200, assumed("AssumeRole", "ONE")));
  CHECK(user.keys().access_key == "ONE");
  CHECK(header(user.fake->requests()[0], "Authorization")->find("Credential=K/") != std::string::npos);
  CHECK(header(user.fake->requests()[1], "Authorization")->find("Credential=TWO/") != std::string::npos);
  user.config(
      "[default]\nrole_arn = one\nsource_profile = two\n[profile two]\nrole_arn = two\nsource_profile = "
      "default\n");
  CHECK(user.refusal().find("too long a chain of roles") != std::string::npos);
}

TEST_CASE("a role whose source has no keys, or that wants a device, is an error") {
  User user{};
  const auto refused_with = [&](const std::string& settings) {
    user.config("[default]\nrole_arn = r\n" + settings);
    return user.refusal();
  };
  CHECK(refused_with("source_profile = none\n") == "no AWS credentials: there is no source_profile none");
  CHECK(refused_with("source_profile = default\n") ==
        "no AWS credentials: source_profile default has no keys");
  CHECK(refused_with("source_profile = default\nmfa_serial = m\n").find("(mfa_serial)") != std::string::npos);
  CHECK(refused_with("credential_source = Environment\n").find("neither a source_profile") !=
        std::string::npos);
}

TEST_CASE("a role may take its keys from the container") {
  User user{{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x"}};
  user.config("[default]\nrole_arn = r\ncredential_source = EcsContainer\n");
  user.fake->expect("GET http://169.254.170.2/v2/x", answer(200, given("BOX", "2030-01-31T18:00:00Z")));
  user.fake->expect("POST https://sts.us-east-1.amazonaws.com/", answer(200, assumed("AssumeRole", "TMP")));
  CHECK(user.keys().access_key == "TMP");
}

TEST_CASE("a web identity is exchanged for keys, with no keys of our own") {
  User user{{"AWS_ROLE_ARN", "arn:r"}, {"AWS_ROLE_SESSION_NAME", "pod"}, {"AWS_REGION", "cn-north-1"}};
  write_file(user.home / "token", "a.b-c\n");
  user.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = (user.home / "token").native();
  user.credentials("[default]\naws_access_key_id = B\naws_secret_access_key = C\n");
  user.fake->expect("POST https://sts.cn-north-1.amazonaws.com.cn/",
                    "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Ar&RoleSessionName=pod&"
                    "WebIdentityToken=a.b-c",
                    answer(200, assumed("AssumeRoleWithWebIdentity", "WEB")));
  CHECK(user.keys() == AwsKeys{"WEB", "s", "t"});
  CHECK_FALSE(header(user.fake->requests().front(), "Authorization"));
}

TEST_CASE("a profile may name the file of a web identity, and an endpoint") {
  User user{};
  write_file(user.home / "token", "tok");
  user.config("[default]\nrole_arn = r\nendpoint_url = http://minio:9000/\nweb_identity_token_file = " +
              (user.home / "token").native() + "\n");
  user.fake->expect("POST http://minio:9000/", answer(200, assumed("AssumeRoleWithWebIdentity", "WEB")));
  CHECK(user.keys().access_key == "WEB");
}

TEST_CASE("what STS refuses is said in its words, without the token") {
  User user{{"AWS_ROLE_ARN", "arn:r"}};
  write_file(user.home / "token", "SECRETTOKEN");
  user.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = (user.home / "token").native();
  user.fake->expect("POST https://sts.us-east-1.amazonaws.com/",
                    answer(403,
                           "<ErrorResponse><Error><Code>AccessDenied</Code><Message>Not "
                           "\x1b[31mauthorized.</Message></Error></ErrorResponse>"));
  CHECK(user.refusal() ==
        "sts.us-east-1.amazonaws.com gave no credentials for role arn:r: AccessDenied: Not "
        "\\x1b[31mauthorized (status 403)");
  user.fake->expect("POST https://sts.us-east-1.amazonaws.com/", answer(503, ""));
  CHECK(thrown([&] { user.keys(); }).retryable);
  user.fake->expect("POST https://sts.us-east-1.amazonaws.com/", answer(200, "<html>"));
  CHECK(user.refusal().find("the answer is not a valid one") != std::string::npos);
  user.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/nowhere/token";
  CHECK(user.refusal() == "no AWS credentials: there is no web identity token in /nowhere/token");
}

TEST_CASE("a container's keys are asked for with its token") {
  User user{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"},
            {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "unused"}};
  write_file(user.home / "token", "from file\n");
  user.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = (user.home / "token").native();
  user.fake->expect("GET http://169.254.170.23/v1/credentials",
                    answer(200, given("BOX", "2030-01-31T18:00:00Z")));
  CHECK(user.keys() == AwsKeys{"BOX", "s", "t"});
  CHECK(header(user.fake->requests().front(), "Authorization") == "from file");
}

TEST_CASE("a container's token goes over plain HTTP to this machine and its host alone") {
  for (const std::string url :
       {"http://localhost:1/k", "http://127.0.0.1/k", "http://[::1]:80/k", "http://169.254.170.2:8080/k",
        "http://[fd00:ec2::23]/k", "https://any.example/k"}) {
    CAPTURE(url);
    User user{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", url}, {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "T"}};
    user.fake->expect("GET " + url, answer(200, given("BOX", "2030-01-31T18:00:00Z")));
    CHECK(user.keys().access_key == "BOX");
    CHECK(header(user.fake->requests().front(), "Authorization") == "T");
  }
  for (const std::string url :
       {"http://10.0.0.1/k", "http://169.254.170.2.evil.example/k", "http://169.254.170.24/k",
        "http://127.0.0.1.evil.example/k", "ftp://localhost/k"}) {
    CAPTURE(url);
    User user{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", url}, {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "T"}};
    CHECK(user.refusal().find("is neither https:// nor this machine") != std::string::npos);
    CHECK(user.fake->requests().empty());
  }
}

TEST_CASE("a container's service that fails is an error, not the next way") {
  User user{{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"}};
  user.fake->expect("GET http://169.254.170.2/x", answer(404, "no"));
  CHECK(user.refusal() ==
        "the container's credential service at 169.254.170.2 gave no credentials: status 404");
  user.fake->expect("GET http://169.254.170.2/x", answer(200, R"({"AccessKeyId": "A"})"));
  CHECK(user.refusal() == "the container's credential service at 169.254.170.2 gave no valid credentials");
  user.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "@evil/x";
  CHECK(user.refusal().find("it does not begin with '/'") != std::string::npos);
}

TEST_CASE("an instance's keys are asked for by version 2 of its metadata service") {
  User user{};
  user.fake->expect("PUT " + metadata + "api/token", answer(200, "TOKEN"));
  user.fake->expect("GET " + roles, answer(200, "my role\nother\n"));
  user.fake->expect("GET " + roles + "my%20role", answer(200, given("EC2", "2030-01-31T18:00:00Z")));
  CHECK(user.keys() == AwsKeys{"EC2", "s", "t"});
  const auto& requests = user.fake->requests();
  CHECK(header(requests[0], "X-aws-ec2-metadata-token-ttl-seconds") == "21600");
  CHECK(header(requests[1], "X-aws-ec2-metadata-token") == "TOKEN");
  CHECK(header(requests[2], "X-aws-ec2-metadata-token") == "TOKEN");
}

TEST_CASE("without a service, without version 2 and without a role an instance has no keys") {
  const auto looked_at = [](User& user) {
    return "no AWS credentials: neither AWS_ACCESS_KEY_ID, profile default of " +
           (user.home / ".aws/credentials").native() + " and " + (user.home / ".aws/config").native() +
           ", AWS_WEB_IDENTITY_TOKEN_FILE, AWS_CONTAINER_CREDENTIALS_FULL_URI nor the instance metadata has "
           "any";
  };
  User user{};
  user.fake->expect_failing("PUT " + metadata + "api/token", Error(Failure::unreachable, "no route"));
  CHECK(user.refusal() == looked_at(user));
  user.fake->expect("PUT " + metadata + "api/token", answer(403, ""));
  CHECK(user.refusal() == looked_at(user));
  user.fake->expect("PUT " + metadata + "api/token", answer(200, "TOKEN"));
  user.fake->expect("GET " + roles, answer(404, ""));
  CHECK(user.refusal() == looked_at(user));
  user.variables["AWS_EC2_METADATA_DISABLED"] = "true";
  const auto error = thrown([&] { user.keys(); });
  CHECK(error.message == looked_at(user));
  CHECK(error.next == "aws configure");
}

TEST_CASE("a machine without a metadata service is asked for it once") {
  User user{};
  user.fake->expect_failing("PUT " + metadata + "api/token", Error(Failure::unreachable, "no route"));
  const auto login = user.login();
  CHECK(thrown([&] { login(); }).failure == Failure::storage);
  CHECK(thrown([&] { login(); }).failure == Failure::storage);
  CHECK(user.fake->requests().size() == 1);
}

TEST_CASE("an interruption while the metadata service is asked is one") {
  User user{};
  user.fake->expect_failing("PUT " + metadata + "api/token", Error(Failure::interrupted, "interrupted"));
  CHECK(thrown([&] { user.keys(); }).failure == Failure::interrupted);
}

TEST_CASE("the metadata service may be elsewhere, and a role that it refuses is an error") {
  User user{{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:9/"}};
  const std::string base = "http://127.0.0.1:9/latest/";
  user.fake->expect("PUT " + base + "api/token", answer(200, "TOKEN"));
  user.fake->expect("GET " + base + "meta-data/iam/security-credentials/", answer(200, "r"));
  user.fake->expect("GET " + base + "meta-data/iam/security-credentials/r", answer(500, ""));
  CHECK(user.refusal() == "the instance metadata service gave no credentials: it refused those of role r");
}

TEST_CASE("temporary keys are renewed some minutes before they end, and not before") {
  User user{{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"}};
  user.fake->expect("GET http://169.254.170.2/x", answer(200, given("ONE", "2030-01-31T13:00:00Z")));
  const auto login = user.login();
  CHECK(login().access_key == "ONE");
  user.now += std::chrono::minutes(55);
  CHECK(login().access_key == "ONE");
  user.now += std::chrono::minutes(1);
  user.fake->expect("GET http://169.254.170.2/x", answer(200, given("TWO", "2030-01-31T14:00:00Z")));
  CHECK(login().access_key == "TWO");
  CHECK(login().access_key == "TWO");
}

TEST_CASE("the region is the environment's, then the profile's") {
  User user{};
  CHECK(user.profiles().region() == "us-east-1");
  user.config("[default]\nregion = eu-west-1\n");
  CHECK(user.profiles().region() == "eu-west-1");
  user.variables["AWS_DEFAULT_REGION"] = "eu-west-2";
  CHECK(user.profiles().region() == "eu-west-2");
  user.variables["AWS_REGION"] = "eu-west-3";
  CHECK(user.profiles().region() == "eu-west-3");
  user.variables["AWS_REGION"] = "evil.example/";
  CHECK(thrown([&] { user.profiles().region(); }).message ==
        "'evil.example/' is not the name of an AWS region");
}

TEST_CASE("the user's endpoints are those of the service, then those of all services") {
  User user{};
  CHECK(user.profiles().endpoints("s3").empty());
  user.config(
      "[default]\nservices = mine\nendpoint_url = http://d\n[services mine]\ns3 =\n  endpoint_url = "
      "http://c\n");
  user.variables["AWS_ENDPOINT_URL"] = "http://b";
  user.variables["AWS_ENDPOINT_URL_S3"] = "http://a";
  CHECK(user.profiles().endpoints("s3") ==
        std::vector<std::string>{"http://a", "http://b", "http://c", "http://d"});
  CHECK(user.profiles().endpoints("sts") == std::vector<std::string>{"http://b", "http://d"});
  user.variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
  CHECK(user.profiles().endpoints("s3").empty());
}
