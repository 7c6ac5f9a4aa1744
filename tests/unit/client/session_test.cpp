#include "client/session.hpp"

#include <catch2/catch.hpp>

#include "client/token_store.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/never_cancelled.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"
#include "wire/hashed_password.hpp"

using det::Error;
using det::Failure;
using det::client::Identity;
using det::client::Session;
using det::client::TokenStore;
using det::testing::answer;
using det::testing::thrown;
using det::wire::hashed_password;

namespace {

const std::string master = "http://m:8080";
const std::string login_line = "POST " + master + "/api/v1/auth/login";
const std::string logout_line = "POST " + master + "/api/v1/auth/logout";

std::string login_body(const std::string& user, const std::string& password) {
  return R"({"username":")" + user + R"(","password":")" + hashed_password(password) +
         R"(","isHashed":true})";
}

// A session with one master, a token file of its own, and a person (or a script) who knows a password.
class Desk {
 public:
  explicit Desk(Identity identity = {}, std::string typed = "typed", bool at_terminal = true)
      : tokens(directory_.path(), master, never_, {}),
        session(master, transport, tokens, std::move(identity),
                {[this, typed](const std::string& prompt) {
                   prompts.push_back(prompt);
                   return typed;
                 },
                 at_terminal}) {}

  void expect_login(const std::string& user, const std::string& password, const std::string& token) {
    transport.expect(login_line, login_body(user, password),
                     answer(200, R"({"token":")" + token + R"(","user":{}})"));
  }
  void expect_refused_login(const std::string& user, const std::string& password) {
    transport.expect(
        login_line, login_body(user, password),
        answer(401, R"({"error":{"code":16,"reason":"Unauthenticated","error":"invalid credentials"}})"));
  }
  // The same file, as another process sees it.
  TokenStore store() const { return {directory_.path(), master, never_, {}}; }
  std::optional<std::string> kept(const std::string& user) const { return store().token(user); }

 private:
  det::testing::TemporaryDirectory directory_;
  det::testing::NeverCancelled never_;

 public:
  det::testing::FakeTransport transport;
  TokenStore tokens;
  std::vector<std::string> prompts;
  Session session;
};

void check_permission(const Error& error, const std::string& sentence) {
  CHECK(error.failure == Failure::permission);
  CHECK(error.message == sentence);
  CHECK(error.next == "det -m " + master + " user login <username>");
}

}  // namespace

TEST_CASE("a password is sent as the official client sends it") {
  CHECK(hashed_password("Passw0rdA1") ==
        "10fdf7242553507d253390cffed7595df8686a66771835def698bb0619a9394a"
        "edd605c71e9b4f59839a32515477f96551e064dd7cd9aab55df1cc08d3c9bc14");
  CHECK(hashed_password("").empty());
}

TEST_CASE("a cached token is used without asking the master") {
  Desk desk;
  desk.tokens.log_in("ann", "A");
  CHECK(desk.session.authorization() == "Bearer A");
  CHECK(desk.session.username() == "ann");
  CHECK(desk.prompts.empty());
}

TEST_CASE("DET_AUTH_TOKEN goes before everything else, and its owner is not known") {
  Desk desk({.user_flag = "bob", .auth_token = "T"});
  desk.tokens.log_in("bob", "B");
  CHECK(desk.session.authorization() == "Bearer T");
  CHECK(desk.session.username().empty());
}

TEST_CASE("the user of -u goes before DET_USER with DET_PASS, and that before the active user") {
  Desk flagged({.user_flag = "bob", .user = "cid", .password = "p"});
  flagged.tokens.remember("bob", "B");
  flagged.tokens.remember("cid", "C");
  CHECK(flagged.session.authorization() == "Bearer B");
  Desk set({.user = "cid", .password = "p"});
  set.tokens.log_in("ann", "A");
  set.tokens.remember("cid", "C");
  CHECK(set.session.authorization() == "Bearer C");
  Desk named({.user = "cid"});
  named.tokens.log_in("ann", "A");
  CHECK(named.session.authorization() == "Bearer A");
}

TEST_CASE("DET_USER_TOKEN serves where there is no cached token") {
  Desk alone({.user = "cid", .user_token = "U"});
  CHECK(alone.session.authorization() == "Bearer U");
  CHECK(alone.session.username() == "cid");
  Desk beside({.user = "cid", .user_token = "U"});
  beside.tokens.log_in("ann", "A");
  CHECK(beside.session.authorization() == "Bearer A");
  Desk flagged({.user_flag = "cid", .user = "cid", .user_token = "U"});
  CHECK(flagged.session.authorization() == "Bearer U");
}

TEST_CASE("DET_USER with DET_PASS signs in once, and the token is kept") {
  Desk desk({.user = "cid", .password = "p"});
  desk.expect_login("cid", "p", "C");
  CHECK(desk.session.authorization() == "Bearer C");
  CHECK(desk.session.authorization() == "Bearer C");
  CHECK(desk.kept("cid") == "C");
  CHECK(desk.prompts.empty());
}

TEST_CASE("a session that signs in nowhere takes a token that is there, and asks nobody for another") {
  Desk none({.user = "cid", .password = "p", .signs_in = false});
  CHECK(thrown([&] { none.session.authorization(); }).failure == Failure::permission);
  Desk some({.signs_in = false});
  some.tokens.log_in("ann", "A");
  CHECK(some.session.authorization() == "Bearer A");
  CHECK(thrown([&] { some.session.renewed_authorization(); }).failure == Failure::permission);
  CHECK(some.kept("ann") == "A");
  CHECK(some.prompts.empty());
}

TEST_CASE("a user without token and password is asked for it") {
  Desk desk({.user_flag = "bob", .user = "cid", .password = "p"});
  desk.expect_login("bob", "typed", "B");
  CHECK(desk.session.authorization() == "Bearer B");
  CHECK(desk.prompts == std::vector<std::string>{"Password for user 'bob': "});
}

TEST_CASE("without any user, determined is tried with the empty password") {
  Desk desk;
  CHECK(desk.session.username() == "determined");
  desk.expect_login("determined", "", "D");
  CHECK(desk.session.authorization() == "Bearer D");
  CHECK(desk.prompts.empty());
}

TEST_CASE("when that is refused, the user is told how to log in") {
  Desk desk;
  desk.expect_refused_login("determined", "");
  check_permission(thrown([&] { desk.session.authorization(); }),
                   "unauthenticated: please use 'det user login <username>'");
}

TEST_CASE("a wrong password is said to be wrong") {
  Desk desk({.user = "cid", .password = "p"});
  desk.expect_refused_login("cid", "p");
  check_permission(thrown([&] { desk.session.authorization(); }),
                   "invalid username/password combination for user 'cid'");
}

TEST_CASE("a login that the master cannot serve is the master's error") {
  Desk desk;
  desk.transport.expect(login_line, answer(500, R"({"error":{"error":"no database"}})"));
  const auto error = thrown([&] { desk.session.authorization(); });
  CHECK(error.failure == Failure::master);
  CHECK(error.message == "no database");
}

TEST_CASE("a login answered without a usable token is the master's error") {
  for (const char* body : {"<html>", "{}", R"({"token":""})", R"({"token":"a\nb"})", R"({"token":7})"}) {
    Desk desk;
    desk.transport.expect(login_line, answer(200, body));
    CHECK(thrown([&] { desk.session.authorization(); }).failure == Failure::master);
    CHECK(desk.kept("determined") == std::nullopt);
  }
}

TEST_CASE("a refused token is replaced by a login with DET_PASS") {
  Desk desk({.user = "cid", .password = "p"});
  desk.tokens.remember("cid", "old");
  CHECK(desk.session.authorization() == "Bearer old");
  desk.expect_login("cid", "p", "new");
  CHECK(desk.session.renewed_authorization() == "Bearer new");
  CHECK(desk.kept("cid") == "new");
}

TEST_CASE("a refused token is replaced by a login of a person at a terminal") {
  Desk desk;
  desk.tokens.log_in("ann", "old");
  desk.session.authorization();
  desk.expect_login("ann", "typed", "new");
  CHECK(desk.session.renewed_authorization() == "Bearer new");
}

TEST_CASE("a refused token ends the command where nobody can be asked") {
  Desk desk({}, "typed", false);
  desk.tokens.log_in("ann", "old");
  desk.session.authorization();
  check_permission(thrown([&] { desk.session.renewed_authorization(); }),
                   "the token of user 'ann' is no longer valid: please use 'det user login'");
  CHECK(desk.kept("ann") == std::nullopt);
  CHECK(desk.prompts.empty());
}

TEST_CASE("a refused token of determined, whom nobody named, is followed by the empty password") {
  Desk desk({}, "typed", false);
  desk.tokens.remember("determined", "old");
  desk.session.authorization();
  desk.expect_refused_login("determined", "");
  check_permission(thrown([&] { desk.session.renewed_authorization(); }),
                   "unauthenticated: please use 'det user login <username>'");
}

TEST_CASE("a token that another process has renewed is taken") {
  Desk desk({}, "typed", false);
  desk.tokens.log_in("ann", "old");
  desk.session.authorization();
  desk.store().remember("ann", "new");
  CHECK(desk.session.renewed_authorization() == "Bearer new");
}

TEST_CASE("a fresh token that is refused is not asked for again") {
  Desk desk({.user = "cid", .password = "p"});
  desk.expect_login("cid", "p", "C");
  desk.session.authorization();
  CHECK(thrown([&] { desk.session.renewed_authorization(); }).failure == Failure::permission);
}

TEST_CASE("a refused token of the environment is named by its variable") {
  Desk any({.auth_token = "T"});
  any.session.authorization();
  check_permission(thrown([&] { any.session.renewed_authorization(); }),
                   "the token in DET_AUTH_TOKEN was refused");
  Desk user({.user = "cid", .user_token = "U"});
  user.session.authorization();
  check_permission(thrown([&] { user.session.renewed_authorization(); }),
                   "the token in DET_USER_TOKEN was refused");
}

TEST_CASE("a refused DET_USER_TOKEN gives way to DET_PASS") {
  Desk desk({.user = "cid", .password = "p", .user_token = "U"});
  CHECK(desk.session.authorization() == "Bearer U");
  desk.expect_login("cid", "p", "C");
  CHECK(desk.session.renewed_authorization() == "Bearer C");
}

TEST_CASE("logging in makes the user the active one") {
  Desk desk;
  desk.expect_login("ann", "pw", "A");
  desk.session.login("ann", "pw");
  CHECK(desk.tokens.active_user() == "ann");
  CHECK(desk.kept("ann") == "A");
  CHECK(desk.session.authorization() == "Bearer A");
}

TEST_CASE("logging in with a wrong password changes nothing") {
  Desk desk;
  desk.tokens.log_in("bob", "B");
  desk.expect_refused_login("ann", "pw");
  check_permission(thrown([&] { desk.session.login("ann", "pw"); }),
                   "invalid username/password combination for user 'ann'");
  CHECK(desk.tokens.active_user() == "bob");
}

TEST_CASE("logging out ends the session at the master and here") {
  Desk desk;
  desk.tokens.log_in("ann", "A");
  desk.transport.expect(logout_line, answer(200, "{}"));
  desk.session.logout();
  CHECK(det::testing::header(desk.transport.requests().front(), "Authorization") == "Bearer A");
  CHECK(desk.kept("ann") == std::nullopt);
  CHECK(desk.tokens.active_user() == std::nullopt);
}

TEST_CASE("logging out without a token asks nobody") {
  Desk desk({.user_flag = "bob"});
  desk.session.logout();
  CHECK(desk.transport.requests().empty());
}

TEST_CASE("logging out of an expired session is done all the same") {
  Desk desk;
  desk.tokens.log_in("ann", "A");
  desk.transport.expect(logout_line, answer(401, "{}"));
  desk.session.logout();
  CHECK(desk.kept("ann") == std::nullopt);
}

TEST_CASE("a token is forgotten even when the master cannot be told") {
  Desk desk;
  desk.tokens.log_in("ann", "A");
  desk.transport.expect_failing(logout_line, Error(Failure::unreachable, "refused"));
  CHECK(thrown([&] { desk.session.logout(); }).failure == Failure::unreachable);
  CHECK(desk.kept("ann") == std::nullopt);
}

TEST_CASE("logging out of every user ends every session") {
  Desk desk;
  desk.tokens.log_in("ann", "A");
  desk.tokens.remember("bob", "B");
  desk.transport.expect(logout_line, answer(200, "{}")).expect(logout_line, answer(200, "{}"));
  desk.session.logout_all();
  CHECK(desk.kept("ann") == std::nullopt);
  CHECK(desk.kept("bob") == std::nullopt);
  CHECK(desk.tokens.active_user() == std::nullopt);
}
