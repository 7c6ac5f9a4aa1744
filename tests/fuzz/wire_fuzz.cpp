// Answers of a master: the first byte chooses what is asked, the rest is the answer. Whatever it is, it is
// decoded or refused as a master's failure.

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/error.hpp"
#include "wire/checkpoint.hpp"
#include "wire/experiment.hpp"
#include "wire/gc_preview.hpp"
#include "wire/login.hpp"
#include "wire/master_description.hpp"
#include "wire/model_registry.hpp"
#include "wire/pagination.hpp"
#include "wire/tree.hpp"
#include "wire/trial.hpp"
#include "wire/user.hpp"
#include "wire/workload.hpp"

namespace {

using namespace det;

const wire::Place place{"answer"};

constexpr std::array decoders{
    +[](std::string_view text) { wire::decode_checkpoint_answer(text); },
    +[](std::string_view text) { wire::CheckpointDecoder().decode(wire::PaddedText(text), place); },
    +[](std::string_view text) { wire::decode_previewed_checkpoint(wire::PaddedText(text), place); },
    +[](std::string_view text) { wire::decode_login(text); },
    +[](std::string_view text) { wire::decode_experiment_answer(wire::parse_tree(text)); },
    +[](std::string_view text) { wire::decode_trial(wire::parse_tree(text), place); },
    +[](std::string_view text) { wire::decode_workload(wire::parse_tree(text), place); },
    +[](std::string_view text) { wire::decode_user(wire::parse_tree(text)); },
    +[](std::string_view text) { wire::decode_master_description(wire::parse_tree(text)); },
    +[](std::string_view text) { wire::decode_pagination(wire::parse_tree(text)); },
    +[](std::string_view text) { wire::decode_model_name(wire::parse_tree(text), place); },
    +[](std::string_view text) { wire::decode_registered_checkpoint(wire::parse_tree(text), place); },
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  if (input.empty()) return -1;
  const auto chosen = static_cast<std::size_t>(input.front() - 'a');
  if (chosen >= decoders.size()) return -1;
  try {
    decoders[chosen](input.substr(1));
  } catch (const Error& error) {
    if (error.failure != Failure::master) std::abort();
  }
  return 0;
}
