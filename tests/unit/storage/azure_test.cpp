#include "storage/credentials/azure.hpp"

#include <catch2/catch.hpp>

#include "storage/base64.hpp"
#include "storage/signing/azure_shared_key.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/storage/surroundings.hpp"

using det::Failure;
using det::http::Request;
using det::storage::credentials::azure_account;
using det::storage::credentials::AzureAccount;
using det::testing::answer;
using det::testing::CloudScene;
using det::testing::header;
using det::testing::thrown;

namespace {

// The key of the storage emulator, which Microsoft publishes.
const std::string published_key =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const std::string home_url = "https://acct.blob.core.windows.net";
const std::string token_line = "POST https://login.microsoftonline.com/tenant/oauth2/v2.0/token";
const std::string sas = "sv=2021-08-06&sp=rl&sig=s3cret%3D";

struct Environment : CloudScene {
  det::model::StorageConfiguration configuration;

  AzureAccount account() { return azure_account(configuration, surroundings()); }
  Request request() { return account().authorized({.url = account().url + "/c/b"}); }
  det::Error refusal() {
    return thrown([this] { account(); });
  }
};

// How a request is authorised: by "key", "sas" or "token".
std::string way_of(const Request& request) {
  const auto authorization = header(request, "Authorization").value_or("");
  if (authorization.starts_with("SharedKey ")) return "key";
  if (authorization.starts_with("Bearer ")) return "token";
  return request.url.find("sig=") != std::string::npos ? "sas" : "nothing";
}

void set_application(CloudScene& scene) {
  scene.variables["AZURE_TENANT_ID"] = "tenant";
  scene.variables["AZURE_CLIENT_ID"] = "client";
  scene.variables["AZURE_CLIENT_SECRET"] = "p&w";
}

}  // namespace

// The example of "Authorize with Shared Key" in Microsoft's REST documentation, for version 2015-02-21.
TEST_CASE("what is signed of a request to Azure is what Microsoft's example shows") {
  const Request request{
      .url =
          "https://myaccount.blob.core.windows.net/mycontainer?restype=container&"
          "comp=metadata&timeout=20",
      .headers = {{"X-Ms-Version", "2015-02-21"}, {"x-ms-date", "Fri, 26 Jun 2015 23:39:12 GMT"}}};
  CHECK(det::storage::signing::azure_string_to_sign(request, "myaccount") ==
        "GET\n\n\n\n\n\n\n\n\n\n\n\n"
        "x-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n"
        "/myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20");
}

TEST_CASE("every header and parameter that Azure signs has its place") {
  const Request request{
      .method = "PUT",
      .url = "http://127.0.0.1:10000/devstoreaccount1/c/a%20b?Include=b%2Cx&include=a&comp=list",
      .headers = {{"content-md5", "md5"},
                  {"Content-Type", "text/plain"},
                  {"If-Match", "\"0x1\""},
                  {"Range", "bytes=0-9"},
                  {"x-ms-date", "today"}},
      .body = "12345"};
  CHECK(det::storage::signing::azure_string_to_sign(request, "devstoreaccount1") ==
        "PUT\n\n\n5\nmd5\ntext/plain\n\n\n\"0x1\"\n\n\nbytes=0-9\n"
        "x-ms-date:today\n"
        "/devstoreaccount1/devstoreaccount1/c/a%20b\ncomp:list\ninclude:a,b,x");
  CHECK(det::storage::signing::azure_string_to_sign({.url = "https://h"}, "a").ends_with("\n/a/"));
}

// The signature was computed with Python's hmac over the text of Microsoft's example.
TEST_CASE("a request to Azure is signed with the account key") {
  const Request request{
      .url =
          "https://myaccount.blob.core.windows.net/mycontainer?restype=container&"
          "comp=metadata&timeout=20",
      .headers = {{"x-ms-version", "2015-02-21"}, {"x-ms-date", "Fri, 26 Jun 2015 23:39:12 GMT"}}};
  CHECK(det::storage::signing::azure_shared_key(
            request, {.account = "myaccount", .bytes = det::storage::from_base64(published_key).value()}) ==
        "SharedKey myaccount:1u9lui2jDxj0+fpbHjQ5m5NnastJRSYM+PSmfi8TXx4=");
}

TEST_CASE("a request to Azure gets date, version and signature") {
  Environment scene;
  scene.configuration.account_url = home_url + "/";
  scene.configuration.credential = published_key;
  CHECK(scene.account().name == "acct");
  CHECK(scene.account().url == home_url);
  const auto request = scene.request();
  CHECK(header(request, "x-ms-date") == "Tue, 14 Nov 2023 22:13:20 GMT");
  CHECK(header(request, "x-ms-version") == "2021-08-06");
  CHECK(header(request, "Authorization").value().starts_with("SharedKey acct:"));
}

TEST_CASE("a connection string names account, endpoint and what authorises") {
  const auto parsed = [](const std::string& text) {
    Environment scene;
    scene.configuration.connection_string = text;
    const auto account = scene.account();
    return account.name + " " + account.url + " " + way_of(scene.request());
  };
  const auto key = ";AccountKey=" + published_key;
  CHECK(parsed("DefaultEndpointsProtocol=https;AccountName=acct" + key +
               ";EndpointSuffix=core.windows.net") == "acct https://acct.blob.core.windows.net key");
  CHECK(parsed("accountname=acct" + key) == "acct https://acct.blob.core.windows.net key");
  CHECK(parsed("DefaultEndpointsProtocol=http;AccountName=a;EndpointSuffix=core.chinacloudapi.cn" + key +
               ";") == "a http://a.blob.core.chinacloudapi.cn key");
  CHECK(parsed("AccountName=a;BlobEndpoint=http://127.0.0.1:10000/a/" + key) ==
        "a http://127.0.0.1:10000/a key");
  CHECK(parsed("BlobEndpoint=https://acct.blob.core.windows.net/;SharedAccessSignature=?" + sas) ==
        "acct https://acct.blob.core.windows.net sas");
  CHECK(parsed("UseDevelopmentStorage=true") ==
        "devstoreaccount1 http://127.0.0.1:10000/devstoreaccount1 key");
}

TEST_CASE("a connection string that says too little is refused, without its secrets") {
  const auto refusal = [](const std::string& text) {
    Environment scene;
    scene.configuration.connection_string = text;
    const auto error = scene.refusal();
    CHECK(error.failure == Failure::storage);
    return error.message;
  };
  const std::string where = "the connection_string of the storage configuration";
  CHECK(refusal("s3cret") == where + " names neither AccountName nor BlobEndpoint");
  CHECK(refusal("AccountName=acct") == where + " holds neither AccountKey nor SharedAccessSignature");
  CHECK(refusal("AccountName=acct;AccountKey=s3cret!") ==
        "the Azure account key in " + where + " is not valid base64");
}

TEST_CASE("a SAS token is added to the query") {
  Environment scene;
  scene.configuration.account_url = home_url;
  scene.configuration.credential = "?" + sas;
  CHECK(scene.request().url == home_url + "/c/b?" + sas);
  CHECK(scene.account().authorized({.url = home_url + "/c?comp=list"}).url ==
        home_url + "/c?comp=list&" + sas);
  CHECK_FALSE(header(scene.request(), "Authorization"));
  scene.configuration.account_url = home_url + "/?" + sas;
  scene.configuration.credential.clear();
  CHECK(scene.request().url == home_url + "/c/b?" + sas);
}

TEST_CASE("an account_url that is no address is refused") {
  for (const auto* url : {"acct", "ftp://acct", "https://", "https://acct@evil.example", "//acct"}) {
    Environment scene;
    scene.configuration.account_url = url;
    CHECK(scene.refusal().message ==
          "the account_url of the storage configuration is no address like "
          "https://ACCOUNT.blob.core.windows.net");
  }
}

TEST_CASE("the environment names an account and what authorises, a connection string first") {
  Environment scene;
  scene.variables["AZURE_STORAGE_ACCOUNT"] = "acct";
  scene.variables["AZURE_STORAGE_SAS_TOKEN"] = "?" + sas;
  CHECK(scene.account().url == home_url);
  CHECK(way_of(scene.request()) == "sas");
  scene.variables["AZURE_STORAGE_KEY"] = published_key;
  CHECK(way_of(scene.request()) == "key");
  scene.variables["AZURE_STORAGE_CONNECTION_STRING"] =
      "BlobEndpoint=http://storage.lan/other;SharedAccessSignature=" + sas;
  CHECK(scene.account().url == "http://storage.lan/other");
  CHECK(way_of(scene.request()) == "sas");
}

TEST_CASE("without an account the sentence says where one may stand") {
  Environment scene;
  CHECK(scene.refusal().failure == Failure::storage);
  CHECK(scene.refusal().message ==
        "no Azure storage account: the storage configuration names none, and neither "
        "AZURE_STORAGE_CONNECTION_STRING nor AZURE_STORAGE_ACCOUNT is set");
}

TEST_CASE("an account without credentials says what was looked at") {
  Environment scene;
  scene.configuration.account_url = home_url;
  CHECK(scene.refusal().failure == Failure::storage);
  CHECK(scene.refusal().message ==
        "no credentials for the Azure storage account acct: the storage configuration holds none, "
        "AZURE_STORAGE_CONNECTION_STRING is not set or of another account, and neither "
        "AZURE_STORAGE_ACCOUNT=acct with AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN nor AZURE_TENANT_ID, "
        "AZURE_CLIENT_ID and AZURE_CLIENT_SECRET are set");
}

TEST_CASE("credentials of the environment are for their own account only") {
  Environment scene;
  scene.variables["AZURE_STORAGE_ACCOUNT"] = "mine";
  scene.variables["AZURE_STORAGE_KEY"] = published_key;
  for (const auto* url : {"https://other.blob.core.windows.net", "https://other.blob.core.windows.net/mine",
                          "https://mine-2.blob.core.windows.net"}) {
    INFO(url);
    scene.configuration.account_url = url;
    CHECK(scene.refusal().message.starts_with("no credentials for the Azure storage account "));
  }
  for (const auto* url :
       {"https://mine.blob.core.windows.net", "https://MINE.blob.core.windows.net",
        "https://mine.blob.core.usgovcloudapi.net", "https://mine.z01.blob.storage.azure.net"}) {
    INFO(url);
    scene.configuration.account_url = url;
    CHECK(way_of(scene.request()) == "key");
  }
}

TEST_CASE("credentials of the environment go to Azure over TLS only, not to this machine") {
  Environment scene;
  set_application(scene);
  scene.variables["AZURE_STORAGE_ACCOUNT"] = "mine";
  scene.variables["AZURE_STORAGE_KEY"] = published_key;
  for (const auto* url :
       {"http://mine.blob.core.windows.net", "https://mine.blob.core.windows.net.evil.example",
        "https://mine.evil.example", "https://mineblob.core.windows.net", "https://evil.example/mine",
        "http://127.0.0.1:10000/mine", "http://localhost:10000/mine", "http://[::1]:10000/mine"}) {
    INFO(url);
    scene.configuration.account_url = url;
    CHECK(scene.refusal().failure == Failure::storage);
    CHECK(scene.refusal().message.starts_with("credentials of the environment are not sent to http"));
  }
  scene.configuration.account_url = "http://127.0.0.1:10000/mine/";
  CHECK(
      scene.refusal().message ==
      "credentials of the environment are not sent to http://127.0.0.1:10000: it is not Azure over TLS; give "
      "the storage configuration a credential or, if you trust that address, set "
      "AZURE_STORAGE_CONNECTION_STRING with BlobEndpoint=http://127.0.0.1:10000/mine");
  scene.variables["AZURE_STORAGE_CONNECTION_STRING"] =
      "AccountName=mine;BlobEndpoint=http://127.0.0.1:10000/mine;AccountKey=" + published_key;
  CHECK(way_of(scene.request()) == "key");
}

TEST_CASE("a connection string of the environment serves its own endpoint, wherever that is") {
  Environment scene;
  scene.variables["AZURE_STORAGE_CONNECTION_STRING"] =
      "AccountName=lab;BlobEndpoint=http://storage.lan/lab;AccountKey=" + published_key;
  scene.configuration.account_url = "http://storage.lan/lab/";
  CHECK(way_of(scene.request()) == "key");
  scene.configuration.account_url = "http://storage.lan/other";
  CHECK(scene.refusal().message.starts_with(
      "credentials of the environment are not sent to http://storage.lan"));
}

TEST_CASE("an application asks for a token, and keeps it") {
  Environment scene;
  set_application(scene);
  scene.configuration.account_url = home_url;
  scene.transport->expect(token_line,
                          "grant_type=client_credentials&client_id=client&client_secret=p%26w&"
                          "scope=https%3A%2F%2Fstorage.azure.com%2F.default",
                          answer(200, R"({"token_type":"Bearer","expires_in":3599,"access_token":"T1"})"));
  const auto account = scene.account();
  CHECK(header(account.authorized({.url = home_url}), "Authorization") == "Bearer T1");
  CHECK(header(account.authorized({.url = home_url}), "Authorization") == "Bearer T1");
  CHECK(header(account.authorized({.url = home_url}), "x-ms-version") == "2021-08-06");
}

TEST_CASE("an application's token goes to Azure only, and its secret over TLS") {
  Environment scene;
  set_application(scene);
  scene.configuration.account_url = "http://127.0.0.1:10000/acct";
  CHECK(scene.refusal().message.starts_with(
      "credentials of the environment are not sent to http://127.0.0.1:10000"));
  scene.configuration.account_url = home_url;
  scene.variables["AZURE_AUTHORITY_HOST"] = "http://login.evil.example";
  CHECK(scene.refusal().message == "AZURE_AUTHORITY_HOST is not an https:// address");
  scene.variables["AZURE_AUTHORITY_HOST"] = "login.chinacloudapi.cn/";
  scene.transport->expect("POST https://login.chinacloudapi.cn/tenant/oauth2/v2.0/token",
                          answer(200, R"({"access_token":"T1"})"));
  CHECK(way_of(scene.request()) == "token");
}

TEST_CASE("a refused application passes on the reason in one line") {
  Environment scene;
  set_application(scene);
  scene.configuration.account_url = home_url;
  scene.transport->expect(
      token_line,
      answer(
          401,
          R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret.\r\nTrace"})"));
  const auto error = thrown([&] { scene.account().authorized({.url = home_url}); });
  CHECK(error.failure == Failure::storage);
  CHECK(error.message ==
        "the application AZURE_CLIENT_ID was refused by login.microsoftonline.com: AADSTS7000215: Invalid "
        "client secret (status 401)");
}
