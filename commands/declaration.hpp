#pragma once

#include <string>
#include <vector>

namespace det::commands {

// What a word of the line stands for, and so what completion offers in its place.
enum class Completion {
  undeclared,  // tests/conformance/tree_walk.py complains
  nothing,     // anything goes, or a number
  file,
  directory,
  source,           // a URI for --source
  experiment,       // ids; where the word is a list, of its last one
  trial,            // the same
  checkpoint,       // the same
  checkpoint_file,  // a path in the checkpoint that the line names
  metric,           // a validation metric of the experiment or trial that the line names
  label,            // one in use
  own_label,        // one of the experiment that the line names
};

// An argument as data, for completion, man pages and tests.
struct Declaration {
  enum class Kind { positional, option, flag };  // an option takes a value, a flag none

  Kind kind = Kind::positional;
  std::vector<std::string> names;  // "-o", "--output-dir"; of a positional, one without dashes
  std::string placeholder;         // what help calls an option's value
  std::string help;
  bool is_required = false;
  bool takes_many = false;  // a positional, all words that are left; an option, all up to the next flag
  std::vector<std::string> choices;                // words that it takes; empty: not a matter of a few words
  Completion completion = Completion::undeclared;  // without choices
};

}  // namespace det::commands
