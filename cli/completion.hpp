#pragma once

#include <string>
#include <vector>

#include "cli/run.hpp"

namespace det::cli {

// Answers `det __complete SHELL WORD...`, as the scripts of completions/ ask it: the words after "det", the
// last one being typed; from bash as they stand on the line, quotes included.
//
// One candidate a line: what the word would be, a tab, and one line of help, which may be empty. A line that
// begins with a tab says that a path may stand there: "\tfiles\tPREFIX" or "\tdirectories\tPREFIX", where
// PREFIX is how the word begins, before the path. Candidates are valid UTF-8 without anything that steers a
// terminal, and begin with a dash only where they are flags.
//
// Ids and names are asked of the master or source that the line names. Never fails, and never prints part of
// an answer: where anything goes wrong, or takes too long, nothing is printed.
void answer_completion(const std::vector<std::string>& words, Host& host);

}  // namespace det::cli
