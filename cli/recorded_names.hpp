#pragma once

#include <string>
#include <vector>

#include "cli/typed_word.hpp"
#include "commands/context.hpp"

namespace det::cli {

struct RecordedName {
  std::string text;
  std::string about;  // one line, as it came; its first 200 bytes
};

// The ids, metrics, labels or files that may stand in place of the word, as its master or source knows them:
// what begins as typed, at most a hundred, each once; trials and checkpoints are those of the user's newest
// experiments, unless the line names one. Left out: what a terminal would not show as it is, and what would
// read as a flag. The word is a value of one of these kinds. Throws Error where the master or source does not
// answer.
std::vector<RecordedName> recorded_names(const TypedWord& word, commands::Context& context);

}  // namespace det::cli
