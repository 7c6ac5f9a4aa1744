#include <catch2/catch.hpp>

#include "master/repository/sessions.hpp"
#include "master/repository/settings.hpp"
#include "master/repository/users.hpp"
#include "model/error.hpp"
#include "repository_fixture.hpp"
#include "tests/support/thrown.hpp"

using det::testing::at;
using det::testing::Catalogue;
using det::testing::thrown;
using namespace det::master::repository;

TEST_CASE("a user is found by name in any case of letters, with the hash of the password") {
  Catalogue catalogue;
  insert_user(catalogue, {.username = "Bob", .password_hash = "hash", .admin = true}, at(5));
  const auto found = find_user(catalogue, "bob");
  REQUIRE(found);
  CHECK(found->user.username == "Bob");
  CHECK(found->user.admin);
  CHECK(found->user.modified == at(5));
  CHECK_FALSE(found->user.last_login);
  CHECK(found->password_hash == "hash");
  CHECK_FALSE(find_user(catalogue, "eve"));
}

TEST_CASE("a name of a user is taken once") {
  Catalogue catalogue;
  CHECK(thrown([&] { insert_user(catalogue, {.username = "ADA"}, at(1)); }).message ==
        "user 'ADA' exists already");
}

TEST_CASE("a change of a user leaves what it does not name") {
  Catalogue catalogue;
  CHECK(update_user(catalogue, 1, {.password_hash = "new", .active = false}, at(9)));
  const auto found = find_user(catalogue, "ada");
  CHECK(found->password_hash == "new");
  CHECK_FALSE(found->user.active);
  CHECK(found->user.username == "ada");
  CHECK_FALSE(update_user(catalogue, 7, {}, at(9)));
}

TEST_CASE("a session ends when it expires, is revoked, or its user is no longer active") {
  Catalogue catalogue;
  insert_session(catalogue, "one", 1, at(100));
  insert_session(catalogue, "two", 1, at(200));
  CHECK(session_user(catalogue, "one", at(99))->username == "ada");
  CHECK_FALSE(session_user(catalogue, "one", at(100)));
  CHECK(sweep_sessions(catalogue, at(100)) == 1);
  remove_session(catalogue, "two");
  CHECK_FALSE(session_user(catalogue, "two", at(1)));
  insert_session(catalogue, "three", 1, at(200));
  update_user(catalogue, 1, {.active = false}, at(2));
  CHECK_FALSE(session_user(catalogue, "three", at(3)));
}

TEST_CASE("all sessions of a user are revoked at once") {
  Catalogue catalogue;
  insert_session(catalogue, "one", 1, at(100));
  insert_session(catalogue, "two", 1, at(100));
  remove_sessions_of_user(catalogue, 1);
  CHECK_FALSE(session_user(catalogue, "one", at(1)));
  CHECK_FALSE(session_user(catalogue, "two", at(1)));
}

TEST_CASE("equal storages have one number") {
  Catalogue catalogue;
  CHECK(storage_id(catalogue, R"({"type":"directory"})") == 1);
  CHECK(storage_id(catalogue, R"({"type":"shared_fs"})") == 2);
  CHECK(storage_id(catalogue, R"({"type":"directory"})") == 1);
  CHECK(storage_by_id(catalogue, 2) == R"({"type":"shared_fs"})");
  CHECK_FALSE(storage_by_id(catalogue, 3));
}

TEST_CASE("a setting is replaced") {
  Catalogue catalogue;
  CHECK_FALSE(setting(catalogue, "cluster_id"));
  set_setting(catalogue, "cluster_id", "a");
  set_setting(catalogue, "cluster_id", "b");
  CHECK(setting(catalogue, "cluster_id") == "b");
}
