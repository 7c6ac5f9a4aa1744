#include "master/api_answer.hpp"
#include "master/handlers/handlers.hpp"
#include "wire/json_text.hpp"

namespace det::master::handlers {
namespace {

constexpr std::string_view served_api = "0.38.1";  // the version of the API that is served

std::string info_text(const Identity& identity) {
  const auto telemetry = wire::ObjectText()
                             .flag("enabled", false)
                             .flag("otel_enabled", false)
                             .text("otel_endpoint", "")
                             .finish();
  return wire::ObjectText()
      .text("version", served_api)
      .text("master_id", identity.master_id)
      .text("cluster_id", identity.cluster_id)
      .text("cluster_name", identity.cluster_name)
      .document("telemetry", telemetry)
      .null("sso_providers")
      .finish();
}

// `gc-by-new-policy`: a change of policy collects by the new one, not by the one stored before.
std::string master_text(const Identity& identity) {
  return wire::ObjectText()
      .text("version", served_api)
      .text("masterId", identity.master_id)
      .text("clusterId", identity.cluster_id)
      .text("clusterName", identity.cluster_name)
      .flag("telemetryEnabled", false)
      .document("ssoProviders", "[]")
      .text("externalLoginUri", "")
      .text("externalLogoutUri", "")
      .text("branding", "determined")
      .flag("rbacEnabled", false)
      .text("product", "PRODUCT_UNSPECIFIED")
      .document("featureSwitches", R"(["gc-by-new-policy"])")
      .flag("userManagementEnabled", true)
      .flag("strictJobQueueControl", false)
      .flag("hasCustomLogo", false)
      .finish();
}

}  // namespace

std::vector<Route> about(Services& services) {
  return {
      {"GET", "/info", [&](const Call&) { return json_answer(info_text(services.identity)); },
       Access::anyone},
      {"GET", "/health", [](const Call&) { return json_answer(R"({"status":"up"})"); }, Access::anyone},
      {"GET", "/api/v1/master", [&](const Call&) { return json_answer(master_text(services.identity)); },
       Access::anyone},
  };
}

}  // namespace det::master::handlers
