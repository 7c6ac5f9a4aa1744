#include "master/api.hpp"

#include <algorithm>
#include <cctype>
#include <memory>
#include <optional>
#include <utility>

#include "master/api_answer.hpp"
#include "master/bearer.hpp"
#include "master/handlers/handlers.hpp"

namespace det::master {
namespace {

std::vector<Route> all_routes(Services& services) {
  std::vector<Route> routes;
  const auto add = [&](std::vector<Route> more) {
    routes.insert(routes.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  };
  add(handlers::about(services));
  add(handlers::archives(services));
  add(handlers::auth(services));
  add(handlers::experiments(services));
  add(handlers::metrics(services));  // before trials: "time-series" is no id
  add(handlers::checkpoints(services));
  add(handlers::gc_previews(services));
  add(handlers::model_registry(services));
  add(handlers::trials(services));
  add(handlers::workspaces(services));
  add(handlers::logs(services));
  return routes;
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         text.find_first_not_of("0123456789") == std::string_view::npos &&
         std::stoi(std::string(text)) <= 65'535;
}

// The name in "Host:80" and "[::1]:80", in lower case. Empty where what follows the colon is no port.
std::string host_name(std::string_view host) {
  const auto colon = host.rfind(':');
  const auto bracket = host.rfind(']');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || bracket < colon);
  if (has_port && !is_port(host.substr(colon + 1))) return {};
  std::string name(has_port ? host.substr(0, colon) : host);
  if (name.ends_with('.')) name.pop_back();
  for (char& letter : name) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return name;
}

class Api {
 public:
  Api(Services& services, std::vector<std::string> hosts)
      : services_(services), router_(all_routes(services)), hosts_(std::move(hosts)) {}

  // The per-request boundary: one of the two places beside cli/run where an error ends.
  void answer(const Request& request, const Responder& responder) const {
    try {
      handle(request, responder);
    } catch (const Error& error) {
      responder.send(failure_answer(request.path, error));
    } catch (const std::bad_alloc&) {
      responder.send(failure_answer(request.path, Error(Failure::unclassified, "out of memory")));
    }
  }

 private:
  void handle(const Request& request, const Responder& responder) const {
    require_known_host(request);
    const auto method = request.method == "HEAD" ? std::string_view("GET") : std::string_view(request.method);
    auto routed = router_.find(method, request.path);
    if (routed.route == nullptr) return responder.send(unknown_route(request));
    Call call{
        .request = request, .words = std::move(routed.words), .query = Query(request.query), .user = {}};
    if (routed.route->access == Access::signed_in) {
      call.user = services_.accounts.user_of(bearer_token(request));
    }
    if (routed.route->answer_later) return routed.route->answer_later(call, responder);
    responder.send(routed.route->answer(call));
  }

  void require_known_host(const Request& request) const {
    const auto host = host_name(request.header("Host").value_or(""));
    if (std::find(hosts_.begin(), hosts_.end(), host) != hosts_.end()) return;
    throw Error(Failure::permission, "this master is not asked under the name '" + host + "'")
        .with_status(403);
  }

  // Who is not signed in learns nothing of what there is.
  Response unknown_route(const Request& request) const {
    services_.accounts.user_of(bearer_token(request));
    if (request.path.starts_with("/api/v1/")) {
      return {.status = 501,
              .headers = {{"Content-Type", "application/json"}},
              .body = R"({"error":{"code":12,"reason":"Unimplemented","error":"Not Implemented"}})"};
    }
    return failure_answer(request.path,
                          Error(Failure::not_found, "api not found: " + request.method + " " + request.path));
  }

  Services& services_;
  Router router_;
  std::vector<std::string> hosts_;
};

std::optional<std::string_view> shown_token(const Request& request) {
  constexpr std::string_view prefix = "Bearer ";
  for (const auto* name : {"Authorization", "Grpc-Metadata-x-allocation-token"}) {
    const auto value = request.header(name);
    if (value && value->starts_with(prefix)) return value->substr(prefix.size());
  }
  return std::nullopt;
}

}  // namespace

std::string bearer_token(const Request& request) {
  if (const auto token = shown_token(request)) return std::string(*token);
  throw Error(Failure::permission, "token missing");
}

std::uint64_t body_limit(const Request& head) {
  constexpr std::uint64_t of_strangers = std::uint64_t{64} << 10U;
  constexpr std::uint64_t usual = std::uint64_t{16} << 20U;
  constexpr std::uint64_t of_model_definitions = std::uint64_t{128} << 20U;
  const bool is_post = head.method == "POST";
  if (!shown_token(head) || (is_post && head.path == "/api/v1/auth/login")) return of_strangers;
  return is_post && head.path == "/api/v1/experiments" ? of_model_definitions : usual;
}

Handler api(Services& services, std::vector<std::string> hosts) {
  const auto all = std::make_shared<Api>(services, std::move(hosts));
  return [all](const Request& request, const Responder& responder) { all->answer(request, responder); };
}

}  // namespace det::master
