#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace det::cli {

// What `det` and `det NOUN` print: the words that may follow, with a line on each. `noun` is "" for the top.
std::string overview(const std::string& noun);

// A word that may follow a noun. Its texts live as long as the program.
struct Entry {
  std::string_view word;
  std::string_view aliases;  // divided by blanks
  std::string_view summary;
};

// In the order in which help shows them.
std::vector<Entry> entries_below(const std::string& noun);

// The words that may follow `noun`, aliases included.
std::vector<std::string> words_below(const std::string& noun);

}  // namespace det::cli
