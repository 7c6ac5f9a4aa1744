#include "tests/unit/wire/listed.hpp"

#include "wire/checkpoint.hpp"
#include "wire/element_scanner.hpp"

namespace det::testing {

std::vector<model::Checkpoint> listed(const std::string& answer) {
  std::vector<model::Checkpoint> checkpoints;
  wire::CheckpointDecoder decoder;
  wire::ElementScanner scanner("checkpoints");
  scanner.feed(answer, [&](const wire::PaddedText& element, const wire::Place& place) {
    checkpoints.push_back(decoder.decode(element, place));
    return true;
  });
  scanner.finish();
  return checkpoints;
}

model::Checkpoint listed_alone(const std::string& element) {
  return listed("{\"checkpoints\":[" + element + "],\"pagination\":{}}").at(0);
}

}  // namespace det::testing
