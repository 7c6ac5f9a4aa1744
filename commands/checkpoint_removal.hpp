#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace det::commands {

class Context;

// The uuids of the official form "UUID,UUID". Throws Error{usage} where one is empty.
std::vector<std::string> uuid_list(const std::string& text);

// What is about to be removed, for good.
struct PlannedRemoval {
  std::vector<std::string> uuids;
  std::function<bool(std::string_view path)> takes = {};  // a file; empty: every one
  std::string_view question;
  std::string_view declined;  // the sentence of the failure
};

// Shows on stderr what goes of each checkpoint, and which of them is in the model registry or the best of its
// experiment; then asks. Returns after a yes. Throws Error: declined, also at the end of input and, before
// anything is asked, under --no-input; not_found where a checkpoint is not there.
void require_removal_consent(Context& context, const PlannedRemoval& planned);

}  // namespace det::commands
