#pragma once

#include <string>
#include <vector>

namespace det::model {

// What a master says of itself to anyone (GET /api/v1/master).
struct MasterDescription {
  std::string version;
  std::string cluster_id;
  std::string cluster_name;
  std::vector<std::string>
      feature_switches;  // "gc-by-new-policy": a policy change collects by the new policy
};

}  // namespace det::model
