#include "wire/master_description.hpp"

#include "wire/object.hpp"

namespace det::wire {

model::MasterDescription decode_master_description(const model::Json& answer) {
  const Object fields(answer, Place{"answer"});
  model::MasterDescription description;
  description.version = fields.text("version");
  description.cluster_id = fields.text_or_empty("clusterId");
  description.cluster_name = fields.text_or_empty("clusterName");
  description.feature_switches = fields.texts("featureSwitches");
  return description;
}

}  // namespace det::wire
