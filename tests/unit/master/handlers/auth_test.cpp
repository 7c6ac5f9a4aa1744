#include <catch2/catch.hpp>

#include "master/clock.hpp"
#include "master/passwords.hpp"
#include "master/repository/sessions.hpp"
#include "master/repository/users.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/master/handlers/master_fixture.hpp"
#include "wire/hashed_password.hpp"

using namespace det;
using testing::MasterFixture;

namespace {

constexpr const char* login_path = "/api/v1/auth/login";

// A master with the first users.
struct Peopled : MasterFixture {
  Peopled() {
    database().write([](master::Connection& connection) {
      for (const auto& user : master::repository::list_users(connection)) {
        master::repository::update_user(connection, user.id, {.password_hash = hash()}, master::now());
      }
    });
    token.clear();
  }

  static const std::string& hash() {
    static const std::string made = master::password_hash(wire::hashed_password("secret"));
    return made;
  }

  // The status, once the answer is there.
  int login(const std::string& body) {
    auto answered = post(login_path, body);
    if (answered.status == 200) token = answered.json.at("token");
    return answered.status;
  }
  static std::string hashed(const std::string& user, const std::string& password) {
    return R"({"username":")" + user + R"(","password":")" + wire::hashed_password(password) +
           R"(","isHashed":true})";
  }
};

}  // namespace

TEST_CASE_METHOD(Peopled, "a password opens a session, hashed or as it is typed") {
  REQUIRE(login(hashed("determined", "secret")) == 200);
  CHECK(get("/api/v1/me").json.at("user").at("username") == "determined");
  REQUIRE(login(R"({"username":"determined","password":"secret"})") == 200);
  CHECK(get("/api/v1/me").status == 200);
}

TEST_CASE_METHOD(Peopled, "a session ends with its logout, others stay") {
  REQUIRE(login(hashed("determined", "secret")) == 200);
  const auto first = token;
  REQUIRE(login(hashed("determined", "secret")) == 200);
  CHECK(post("/api/v1/auth/logout").status == 200);
  CHECK(get("/api/v1/me").error() == "invalid credentials");
  token = first;
  CHECK(get("/api/v1/me").status == 200);
}

TEST_CASE_METHOD(Peopled, "a wrong password and an unknown user are refused late, in the same words") {
  // The answer comes from the timer: at first there is none.
  CHECK(login(hashed("determined", "wrong")) == 0);
  CHECK(login(hashed("nobody", "secret")) == 0);
  CHECK(login(hashed("determined", "")) == 0);
}

TEST_CASE_METHOD(Peopled, "a user who is not active has no session any more") {
  REQUIRE(login(hashed("determined", "secret")) == 200);
  database().write([](master::Connection& connection) {
    master::repository::update_user(connection, 1, {.active = false}, master::now());
  });
  CHECK(get("/api/v1/me").status == 401);
}

TEST_CASE_METHOD(Peopled, "a session expires") {
  database().write([](master::Connection& connection) {
    master::repository::insert_session(connection, master::token_hash("old"), 1, master::now());
  });
  token = "old";
  CHECK(get("/api/v1/me").status == 401);
}

TEST_CASE_METHOD(Peopled, "the wait before a refusal grows") {
  const auto first = services().accounts.penalty();
  CHECK(services().accounts.penalty() == 2 * first);
  for (int i = 0; i < 20; ++i) services().accounts.penalty();
  CHECK(services().accounts.penalty() == std::chrono::seconds{8});
  REQUIRE(login(hashed("determined", "secret")) == 200);
  CHECK(services().accounts.penalty() == first);
}

TEST_CASE("first users are made once, and never without a password") {
  testing::TemporaryDirectory directory;
  master::Database database(directory.path());
  master::Accounts accounts(database);
  CHECK(testing::thrown([&] { accounts.make_first_users(""); }).failure == Failure::usage);
  CHECK(accounts.make_first_users("one"));
  CHECK_FALSE(accounts.make_first_users("two"));
  CHECK(accounts.sign_in("admin", "one", false));
  CHECK_FALSE(accounts.sign_in("admin", "two", false));
  CHECK_FALSE(accounts.sign_in("admin", "", true));
}

TEST_CASE("a hash fits its password only, has a salt, and is yescrypt") {
  const auto hash = master::password_hash("secret");
  CHECK(hash.starts_with("$y$"));
  CHECK(hash != master::password_hash("secret"));
  CHECK(master::password_fits("secret", hash));
  CHECK_FALSE(master::password_fits("Secret", hash));
  CHECK_FALSE(master::password_fits("secret", ""));
  CHECK_FALSE(master::password_fits("", ""));
}

TEST_CASE("what is not proper JSON is no login") {
  MasterFixture master;
  CHECK(master.post(login_path, "{not json").status == 400);
  CHECK(master.post(login_path, R"({"username": 5})").status == 400);
}

TEST_CASE("a request under another host's name is refused") {
  MasterFixture master;
  auto request = master::Request{.method = "GET", .path = "/info", .headers = {{"Host", "evil.example"}}};
  int status = 0;
  master::api(master.services(), {"localhost"})(
      request, master::Responder([&](const master::Response& response) { status = response.status; }));
  CHECK(status == 403);
}

TEST_CASE("a stranger and a login may send little, who shows a token much, an experiment the most") {
  const auto limit = [](const std::string& method, const std::string& path, const std::string& header) {
    return master::body_limit({.method = method, .path = path, .headers = {{header, "Bearer x"}}});
  };
  constexpr std::uint64_t little = 64 << 10;
  constexpr std::uint64_t much = 16 << 20;
  constexpr std::uint64_t most = 128 << 20;
  CHECK(limit("POST", "/api/v1/experiments", "X-Other") == little);
  CHECK(limit("GET", "/anywhere", "X-Other") == little);
  CHECK(limit("POST", login_path, "Authorization") == little);
  CHECK(limit("PATCH", "/api/v1/experiments", "Authorization") == much);
  CHECK(limit("POST", "/api/v1/experiments/1/kill", "authorization") == much);
  CHECK(limit("POST", "/api/v1/trials/1/training_metrics", "Grpc-Metadata-x-allocation-token") == much);
  CHECK(limit("POST", "/api/v1/experiments", "Authorization") == most);
  CHECK(master::body_limit({.method = "POST", .headers = {{"Authorization", "Basic x"}}}) == little);
}
