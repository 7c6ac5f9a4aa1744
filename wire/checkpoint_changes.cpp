#include "wire/checkpoint_changes.hpp"

namespace det::wire {
namespace {

std::string text(const model::Json& body) {
  return body.dump(-1, ' ', false, model::Json::error_handler_t::replace);
}

}  // namespace

std::string encode_checkpoint_deletion(const std::vector<std::string>& uuids) {
  return text({{"checkpointUuids", uuids}});
}

std::string encode_file_removal(const std::vector<std::string>& uuids,
                                const std::vector<std::string>& globs) {
  return text({{"checkpointGlobs", globs}, {"checkpointUuids", uuids}});
}

std::string encode_checkpoint_metadata(const std::string& uuid, const model::Json& metadata) {
  const auto nothing = model::Json::object();
  const model::Json checkpoint{{"uuid", uuid},
                               {"metadata", metadata},
                               {"resources", nothing},
                               {"training", nothing},
                               {"state", "STATE_UNSPECIFIED"}};
  return text({{"checkpoint", checkpoint}});
}

}  // namespace det::wire
