#include "commands/remote_check.hpp"

#include <fmt/format.h>

#include <optional>
#include <ostream>
#include <string>

#include "commands/naming.hpp"
#include "formatting/shell_word.hpp"
#include "formatting/values.hpp"
#include "model/error.hpp"
#include "storage/file_reader.hpp"

namespace det::commands {
namespace {

using storage::Fault;

constexpr auto whole = "(the checkpoint)";

// A directory gets no credentials; what else a receipt names may be anybody's.
std::string how_to_ask(const std::string& address) {
  if (address.starts_with("dir:")) return "--source " + formatting::shell_word(address);
  return "-m with the address that the receipt names, if it is one that you trust";
}

std::optional<model::Checkpoint> asked(sources::Source& source, const std::string& id) {
  try {
    return naming("failed to ask for checkpoint " + id, [&] { return source.checkpoint(id); });
  } catch (const Error& error) {
    if (error.failure == Failure::not_found) return std::nullopt;
    throw;
  }
}

}  // namespace

RemoteCheck::RemoteCheck(Context& context) : context_(context), source_(context.source({})) {}

std::pair<std::vector<Fault>, storage::StatedDigests> RemoteCheck::compare(const storage::Receipt& receipt) {
  if (receipt.source_address != source_->address()) {
    throw Error(Failure::usage,
                fmt::format("checkpoint {} came from {}, and the current source is {}", receipt.checkpoint_id,
                            receipt.source_address, source_->address()))
        .advising(how_to_ask(receipt.source_address));
  }
  const auto checkpoint = asked(*source_, receipt.checkpoint_id);
  if (!checkpoint) return {{{whole, "is not known to its source any more"}}, {}};
  if (checkpoint->state == model::CheckpointState::deleted)
    return {{{whole, "is DELETED at its source"}}, {}};
  std::pair<std::vector<Fault>, storage::StatedDigests> result;
  if (!checkpoint->files.empty()) result.first = storage::differences(receipt, checkpoint->files);
  for (const auto& reader : source_->readers(*checkpoint)) {
    try {
      const auto stored = reader->list();
      if (!stored) continue;
      for (const auto& object : *stored) {
        if (object.digest) result.second.emplace(object.path, *object.digest);
      }
      break;
    } catch (const Error& error) {
      // Storage that cannot be reached from here: the comparison of the lists stands without it.
      if (error.failure != Failure::storage && error.failure != Failure::permission) throw;
      context_.err() << formatting::terminal_safe(
                            fmt::format("no digests from {}: {}", reader->description(), error.message))
                     << '\n';
    }
  }
  return result;
}

}  // namespace det::commands
