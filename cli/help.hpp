#pragma once

#include <string>
#include <vector>

namespace det::cli {

// What `det` and `det NOUN` print: the words that may follow, with a line on each. `noun` is "" for the top.
std::string overview(const std::string& noun);

// The words that may follow `noun`, aliases included.
std::vector<std::string> words_below(const std::string& noun);

}  // namespace det::cli
