#include <cmath>
#include <nlohmann/json.hpp>

#include "http/retry.hpp"
#include "model/error.hpp"

namespace det::http {
namespace {

using Json = nlohmann::json;

Error invalid(const std::string& why) {
  return Error(Failure::usage, "DET_RETRY_CONFIG is not valid: " + why)
      .advising(R"(export DET_RETRY_CONFIG='{"total": 4, "backoff_factor": 0.2}')");
}

int retries(const Json& total) {
  constexpr int most = 100;
  if (total == false) return 0;  // urllib3's word for none
  if (!total.is_number_integer() || total < 0) throw invalid("total is not a count");
  return total > most ? most : total.get<int>();
}

std::chrono::milliseconds delay(const Json& factor) {
  constexpr double longest_seconds = 120;  // urllib3's own bound
  if (!factor.is_number() || factor < 0) throw invalid("backoff_factor is not a number of seconds");
  const double seconds = std::min(factor.get<double>(), longest_seconds);
  return std::chrono::milliseconds(std::lround(seconds * 1000));
}

std::vector<int> statuses(const Json& list) {
  if (!list.is_array()) throw invalid("status_forcelist is not a list");
  std::vector<int> chosen;
  for (const auto& status : list) {
    if (!status.is_number_integer() || status < 100 || status > 599) {
      throw invalid("status_forcelist holds what is no HTTP status");
    }
    chosen.push_back(status.get<int>());
  }
  return chosen;
}

const Json* set(const Json& parameters, const char* name) {
  const auto found = parameters.find(name);
  return found == parameters.end() || found->is_null() ? nullptr : &*found;
}

}  // namespace

RetryPolicy retry_policy(std::string_view json) {
  const auto parameters = Json::parse(json, nullptr, false);
  if (!parameters.is_object()) throw invalid("it is not a JSON object");
  RetryPolicy policy;
  if (const auto* total = set(parameters, "total")) policy.retries = retries(*total);
  if (const auto* factor = set(parameters, "backoff_factor")) policy.first_delay = delay(*factor);
  if (const auto* list = set(parameters, "status_forcelist")) policy.statuses = statuses(*list);
  return policy;
}

}  // namespace det::http
