#include "storage/credentials/google.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "storage/base64.hpp"
#include "storage/signing/google_jwt.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/storage/surroundings.hpp"

using det::Failure;
using det::storage::credentials::google_authorization;
using det::testing::answer;
using det::testing::CloudScene;
using det::testing::header;
using det::testing::thrown;
using det::testing::write_file;

namespace {

// The key of RFC 7515, appendix A.2, as PKCS #8.
const std::string published_key =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCh+BYK4uPJtGXO\n"
    "jS1lYmM2K5J9vinh8CR3/BYlzJChNuOL2TSXxbbqY913EeZ8dCn5VrD7io8ImtxL\n"
    "aYk8wTM/U+3QGbh3hCUv7JFP5IV3aVlL6kKA0ywPVb9ilE8TA5a8bpvfbr3SvaNn\n"
    "juygxmj3AbONv/s4yDQs4v5tJ/reSlpIdJed1LnPmt7Ex1sFhSwsD174pcF1A5L5\n"
    "ROjtZMEQxrZHYJqkeDrrnGya11UxMFBji4NmXG9veoKjlnAqH2QbgtPr8jkiGUkf\n"
    "toaHLFcW9Qr4NY2ai50Xw0Byj3+H2JoY2PyrZ62EWQwuz3WTOTY8BwNNb2BvniHg\n"
    "VFbK5emhAgMBAAECggEAEq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyW\n"
    "PEAeP88vLNO97IjlA7/GQ5sLKMgvfTeXZx9SE+7YwVol2NXOoAJe46sui395IW/G\n"
    "O+pWJ1O0BkTGoVEn2bKVRUCgu+GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzj\n"
    "kn439X0M/V51gfpRLI9JYanrC4D4qAdGcopV/0ZHHzQlBjudU2QvXt4ehNYTCBr6\n"
    "XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl/x/jTj3ccPDVZFD9pIuhLhBOneufuBiB\n"
    "4cS98l2SR/RQyGWSeWjnczT0QU91p1DhOVRuOopznQKBgQDgHMQQ60imZV1URk0K\n"
    "pLttoLhyt3SmqdEf/kgHePDdtzEafpAu+cS191R2JiuoF2yzWXnwFDcqGigp5BNr\n"
    "0AHQfD8/Lk8l1Mk09jxxCfui5nYooNyac8YFjm3vItzVCVDnEd3BbVWG8qf6deqE\n"
    "lMGAg+C2V0L4oNXnP7LZcPAZRwKBgQC5A8R+CZW2MvRTLLHzwZkUXV866cff7tx6\n"
    "kqa0finGG0KgeqlaZPxgCZnFp7AeAcCMtiynVlJ7vMVgePsLq6XtON4tB5kP9jAP\n"
    "rq3rbAOal78eUH5OcED6eNuCV8ixEu1eWcPNCS/l1OW1EnXUEoEHKl54Xrrz2uNw\n"
    "kgMTP1FZ1wKBgAcCn1dwJKufzBWQxWQp1vsM5fggqPN1qGb5y0MAk3g7/Ls5bkUp\n"
    "5u9SN0Ai3Ya6hNnvWJMb7sXQX6U/zyO2M/hTip7tUeh7CXgwo59dkpN75gJLVds2\n"
    "9+DAncu3KXU4f2Fa+7bLNrur53k8KwPOq2bbuTG69QtV7Jr5MR0AHWKNAoGBAIf/\n"
    "evpitUf+4JYbLpvNXWcY052Mpz22aR84mY3nh3F2LF2mjMJDpTg7FmuyPcVw6EcG\n"
    "yoAe9fa65iNqCq+jdw6PVNGo2hxfjSiZ8IIzHdsPXI89//pMjZcQK9r+CCoRjaZj\n"
    "OYiIDktVWZzmevJuv6WywUqd57LE3Zar3dLSIkx1AoGAIYd7DHOhrWvxkwPQsRM2\n"
    "tOgrjbcrfvtQJipd+DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd/QJQ3\n"
    "ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp/gh6A56\n"
    "03k2+ZQwVK0JKSHuLFkuQ3U=\n"
    "-----END PRIVATE KEY-----\n";

const std::string token_line = "POST https://oauth2.googleapis.com/token";
const std::string metadata_line =
    "GET http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token";
const std::string token_answer = R"({"access_token":"T1","expires_in":3599,"token_type":"Bearer"})";

// What Google hands out as a service account's key file.
nlohmann::json service_account() {
  return {{"type", "service_account"},
          {"project_id", "p"},
          {"private_key_id", "k1"},
          {"private_key", published_key},
          {"client_email", "sa@p.iam.gserviceaccount.com"},
          {"token_uri", "https://oauth2.googleapis.com/token"}};
}

nlohmann::json login() {
  return {{"type", "authorized_user"},
          {"client_id", "764086051850.apps.googleusercontent.com"},
          {"client_secret", "d-FL95"},
          {"refresh_token", "1//0e/x"}};
}

// Has GOOGLE_APPLICATION_CREDENTIALS name a file that holds `json`.
void name_file(CloudScene& scene, const std::string& json) {
  write_file(scene.home / "key.json", json);
  scene.variables["GOOGLE_APPLICATION_CREDENTIALS"] = scene.home / "key.json";
}

std::string path_of(const CloudScene& scene, const char* name) {
  return (scene.home / name).string();
}

}  // namespace

TEST_CASE("RS256 signs as RFC 7515, appendix A.2, shows") {
  const auto signature = det::storage::signing::rs256(
      "eyJhbGciOiJSUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
      published_key);
  CHECK(det::storage::base64_url(signature) ==
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7"
        "AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4"
        "BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K"
        "0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv"
        "hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB"
        "p0igcN_IoypGlUPQGe77Rw");
}

TEST_CASE("what is no RSA key does not sign") {
  const std::string no_key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
  for (const auto& pem : {std::string(), std::string("secret"), no_key}) {
    const auto error = thrown([&] { det::storage::signing::rs256("text", pem); });
    CHECK(error.failure == Failure::storage);
    CHECK(error.message == "the private key of the service account is no RSA key in PEM");
  }
}

// The assertion was put together by hand and signed by "openssl dgst -sha256 -sign".
TEST_CASE("a service account asks for a token by a signed assertion") {
  CloudScene scene;
  name_file(scene, service_account().dump());
  scene.transport->expect(
      token_line,
      "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="
      "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImsxIn0."
      "eyJpc3MiOiJzYUBwLmlhbS5nc2VydmljZWFjY291bnQuY29tIiwic2NvcGUiOiJodHRwczovL3d3dy5nb29nbGVhcGlzLmNvbS9hdX"
      "RoL2RldnN0b3JhZ2UucmVhZF93cml0ZSIsImF1ZCI6Imh0dHBzOi8vb2F1dGgyLmdvb2dsZWFwaXMuY29tL3Rva2VuIiwiaWF0Ijox"
      "NzAwMDAwMDAwLCJleHAiOjE3MDAwMDM2MDB9."
      "MTelBdqkLSui30_LBmx0nA-t0ZTwDGMJroetZJ3y1kBhlOcs5Fusz4cdM6WXNOJO4BpT5R8AQcBfBrMNOQR14ybxWAwGIknbJ_p9Vz"
      "DHynIL5fVt_xpYDWRXmBwOIwsCg8Rx8DxqMvyB0f0G0Sl5VsXH5g7YUT1a6fAYeS2mdNJxyuIChYmpwRIdm6eHMUKiOBOCec-Nl7le"
      "bKvS2yLqt5Ap0Mz24yuCr5Cv9Yj5SwHWik-jX0SSiSm_k3sDfPe2SofA-2cCiifI3E4jnlfmL4lyL1kRffM-hozJrcMTN09VV1idam"
      "9g3WpiH3tBY7p9SZOA4i4QTBcY8nK9W7C0GQ",
      answer(200, token_answer));
  CHECK(google_authorization(scene.surroundings())() == "Bearer T1");
  CHECK(header(scene.transport->requests().at(0), "Content-Type") == "application/x-www-form-urlencoded");
}

TEST_CASE("a service account's assertion goes to Google or this machine only") {
  for (const std::string url :
       {"https://evil.example/token", "http://oauth2.googleapis.com/token",
        "https://googleapis.com.evil.example/", "https://oauth2.googleapis.com:1@evil.example/",
        "https://evilgoogleapis.com/token", "http://localhost.evil.example/token",
        "http://127.0.0.1.evil.example/"}) {
    CloudScene scene;
    auto account = service_account();
    account["token_uri"] = url;
    name_file(scene, account.dump());
    const auto error = thrown([&] { google_authorization(scene.surroundings())(); });
    INFO(url);
    CHECK(error.failure == Failure::storage);
    CHECK(error.message == "the Google credentials in " + path_of(scene, "key.json") +
                               " cannot be used: the file names a \"token_uri\" that is not https:// at "
                               "googleapis.com");
    CHECK(scene.transport->requests().empty());
  }
  CloudScene scene;
  auto account = service_account();
  account["token_uri"] = "http://127.0.0.1:8085/token";
  name_file(scene, account.dump());
  scene.transport->expect("POST http://127.0.0.1:8085/token", answer(200, token_answer));
  CHECK(google_authorization(scene.surroundings())() == "Bearer T1");
}

TEST_CASE("gcloud's default login exchanges its refresh token") {
  CloudScene scene;
  write_file(scene.home / ".config/gcloud/application_default_credentials.json", login().dump());
  scene.transport->expect(token_line,
                          "grant_type=refresh_token&client_id=764086051850.apps.googleusercontent.com&"
                          "client_secret=d-FL95&refresh_token=1%2F%2F0e%2Fx",
                          answer(200, token_answer));
  CHECK(google_authorization(scene.surroundings())() == "Bearer T1");
}

TEST_CASE("CLOUDSDK_CONFIG moves gcloud's default login, and a named file goes before it") {
  CloudScene scene;
  write_file(scene.home / "sdk/application_default_credentials.json", login().dump());
  scene.variables["CLOUDSDK_CONFIG"] = scene.home / "sdk";
  scene.transport->expect(token_line, answer(200, token_answer));
  CHECK(google_authorization(scene.surroundings())() == "Bearer T1");
  auto other = login();
  other["refresh_token"] = "named";
  name_file(scene, other.dump());
  scene.transport->expect(token_line, answer(200, token_answer));
  google_authorization(scene.surroundings())();
  CHECK(scene.transport->requests().back().body.ends_with("&refresh_token=named"));
}

TEST_CASE("without files the machine's own account is asked for") {
  CloudScene scene;
  scene.transport->expect(metadata_line, answer(200, token_answer));
  CHECK(google_authorization(scene.surroundings())() == "Bearer T1");
  CHECK(header(scene.transport->requests().at(0), "Metadata-Flavor") == "Google");
  scene.variables["GCE_METADATA_HOST"] = "127.0.0.1:8181";
  scene.transport->expect(
      "GET http://127.0.0.1:8181/computeMetadata/v1/instance/service-accounts/default/token",
      answer(200, token_answer));
  google_authorization(scene.surroundings())();
}

TEST_CASE("without any credentials the sentence names all that was looked at") {
  CloudScene scene;
  scene.transport->expect_failing(
      metadata_line,
      det::Error(Failure::unreachable, "could not connect to http://metadata.google.internal"));
  const auto error = thrown([&] { google_authorization(scene.surroundings())(); });
  CHECK(error.failure == Failure::storage);
  CHECK(error.message ==
        "no credentials for Google Cloud Storage: GOOGLE_APPLICATION_CREDENTIALS is not set, " +
            path_of(scene, ".config/gcloud/application_default_credentials.json") +
            " does not exist, and the metadata server gave no token (could not connect to "
            "http://metadata.google.internal); set GOOGLE_APPLICATION_CREDENTIALS or log in with gcloud");
  CHECK(error.next == "gcloud auth application-default login");
}

TEST_CASE("an interrupt while the metadata server is asked stays one") {
  CloudScene scene;
  scene.transport->expect_failing(metadata_line, det::Error(Failure::interrupted, "interrupted"));
  CHECK(thrown([&] { google_authorization(scene.surroundings())(); }).failure == Failure::interrupted);
}

TEST_CASE("a named file that is not there is no reason to look elsewhere") {
  CloudScene scene;
  scene.variables["GOOGLE_APPLICATION_CREDENTIALS"] = scene.home / "gone.json";
  CHECK(thrown([&] { google_authorization(scene.surroundings())(); }).message ==
        "GOOGLE_APPLICATION_CREDENTIALS names " + path_of(scene, "gone.json") + ", which does not exist");
}

TEST_CASE("a file that cannot be used says why") {
  const auto why = [](const std::string& json) {
    CloudScene scene;
    name_file(scene, json);
    const auto error = thrown([&] { google_authorization(scene.surroundings())(); });
    CHECK(error.failure == Failure::storage);
    const auto front =
        "the Google credentials in " + path_of(scene, "key.json") + " cannot be used: the file ";
    CHECK(error.message.starts_with(front));
    return error.message.substr(front.size());
  };
  CHECK(why("{") == "is not valid JSON");
  CHECK(why("[]") == "is not valid JSON");
  CHECK(why("{}") == "lacks \"type\"");
  CHECK(why(R"({"type":"external_account","audience":"//iam"})") ==
        "is of type \"external_account\", which det does not support (it does service_account and "
        "authorized_user)");
  auto account = service_account();
  account.erase("client_email");
  CHECK(why(account.dump()) == "lacks \"client_email\"");
  auto user = login();
  user["refresh_token"] = 7;
  CHECK(why(user.dump()) == "lacks \"refresh_token\"");
}

TEST_CASE("a refused exchange passes on Google's reason and no secret") {
  CloudScene scene;
  name_file(scene, login().dump());
  scene.transport->expect(
      token_line,
      answer(400, R"({"error":"invalid_grant","error_description":"Token has been expired or revoked."})"));
  const auto error = thrown([&] { google_authorization(scene.surroundings())(); });
  CHECK(error.failure == Failure::storage);
  CHECK(error.http_status == 400);
  CHECK_FALSE(error.retryable);
  CHECK(error.message == "the login in " + path_of(scene, "key.json") +
                             " was refused by oauth2.googleapis.com: Token has been expired or revoked "
                             "(status 400)");
  scene.transport->expect(token_line, answer(503, "{}"));
  CHECK(thrown([&] { google_authorization(scene.surroundings())(); }).retryable);
}

TEST_CASE("an answer without a token is an error") {
  for (const auto* body : {"", "[]", "{}", R"({"access_token":""})", R"({"access_token":5})", "<html>"}) {
    CloudScene scene;
    name_file(scene, login().dump());
    scene.transport->expect(token_line, answer(200, body));
    CHECK(thrown([&] { google_authorization(scene.surroundings())(); }).message ==
          "the login in " + path_of(scene, "key.json") +
              " brought no access token: oauth2.googleapis.com gave no valid answer");
  }
}

TEST_CASE("a token is kept until a few minutes before its end") {
  CloudScene scene;
  scene.transport->expect(metadata_line, answer(200, token_answer));
  const auto authorization = google_authorization(scene.surroundings());
  CHECK(authorization() == "Bearer T1");
  scene.now += std::chrono::seconds(3599 - 226);
  CHECK(authorization() == "Bearer T1");
  CHECK(scene.transport->requests().size() == 1);
  scene.now += std::chrono::seconds(1);
  scene.transport->expect(metadata_line, answer(200, R"({"access_token":"T2","expires_in":3599})"));
  CHECK(authorization() == "Bearer T2");
}
