// Answers of a master: the first byte chooses what is asked, the rest is the answer. Whatever it is, it is
// decoded or refused as a master's failure.

#include <array>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "model/error.hpp"
#include "wire/checkpoint.hpp"
#include "wire/experiment.hpp"
#include "wire/gc_preview.hpp"
#include "wire/log_line.hpp"
#include "wire/login.hpp"
#include "wire/master_description.hpp"
#include "wire/model_registry.hpp"
#include "wire/object.hpp"
#include "wire/object_stream.hpp"
#include "wire/pagination.hpp"
#include "wire/tree.hpp"
#include "wire/trial.hpp"
#include "wire/user.hpp"
#include "wire/workload.hpp"
#include "wire/workspace.hpp"

namespace {

using namespace det;

const wire::Place place{"answer"};

// How many objects the stream of a log has that arrives in pieces of `piece` bytes; nothing where it is
// refused.
std::optional<std::size_t> read_log(std::string_view text, std::size_t piece) {
  std::size_t count = 0;
  wire::ObjectStream stream;
  try {
    for (std::size_t at = 0; at < text.size(); at += piece) {
      stream.feed(text.substr(at, piece), [&](const wire::PaddedText& object, const wire::Place& where) {
        const auto tree = wire::parse_tree(object, where);
        if (!wire::decode_stream_failure(tree))
          wire::decode_log_line(wire::Object(tree, where).field("result"), where);
        ++count;
        return true;
      });
    }
    stream.finish();
  } catch (const Error& error) {
    if (error.failure != Failure::master) std::abort();
    return std::nullopt;
  }
  return count;
}

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
    +[](std::string_view text) {
      if (read_log(text, text.size() + 1) != read_log(text, 3)) std::abort();
    },
    +[](std::string_view text) { wire::decode_named(wire::parse_tree(text), "workspaces"); },
    +[](std::string_view text) { wire::decode_named(wire::parse_tree(text), "projects"); },
    +[](std::string_view text) { wire::decode_workspace_id(wire::parse_tree(text)); },
    +[](std::string_view text) { wire::decode_warning(wire::parse_tree(text)); },
    +[](std::string_view text) { wire::Object(wire::parse_tree(text), place).text("b64Tgz"); },
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
