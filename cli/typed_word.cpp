#include "cli/typed_word.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "cli/command_line.hpp"

namespace det::cli {
namespace {

using commands::Completion;
using commands::Declaration;
using Kind = TypedWord::Kind;

bool is_flag(const std::string& word) {
  return word.size() > 1 && word[0] == '-' && std::isdigit(static_cast<unsigned char>(word[1])) == 0;
}

bool takes_ids(Completion completion) {
  return completion == Completion::experiment || completion == Completion::trial ||
         completion == Completion::checkpoint;
}

// Reads the arguments of a line, word by word.
class ArgumentReader {
 public:
  explicit ArgumentReader(DeclaredArguments declared) {
    for (auto* list : {&declared.own, &declared.global}) {
      for (auto& declaration : *list) {
        auto& kind = declaration.kind == Declaration::Kind::positional ? positionals_ : word_.flags;
        if (list == &declared.global) global_names_.push_back(declaration.names.back());
        kind.push_back(std::move(declaration));
      }
    }
  }

  // The global one, which stood before the command.
  void take_source(const std::string& uri) { word_.global_flags.push_back("--source=" + uri); }

  void read(const std::string& word) {
    if (const auto* awaiting = std::exchange(awaiting_, nullptr)) {
      give(*awaiting, word);
    } else if (only_positionals_ || !is_flag(word)) {
      read_plain(word);
    } else if (word == "--") {
      only_positionals_ = true;
    } else if (word.starts_with("--")) {
      read_long(word);
    } else {
      read_short(word);
    }
  }

  // What may stand in place of the last word, where a command has been named.
  TypedWord finish(const std::string& word) && {
    const auto equals = word.find('=');
    if (awaiting_ != nullptr) {
      expect(*awaiting_, word);
    } else if (!only_positionals_ && word.starts_with("--") && equals != std::string::npos) {
      const auto* flag = long_flag(word.substr(0, equals));
      if (flag != nullptr && flag->kind == Declaration::Kind::option) {
        word_.kept = word.substr(0, equals + 1);
        expect(*flag, word.substr(equals + 1));
      }
    } else if (!only_positionals_ && word.starts_with('-')) {
      word_.kind = Kind::flag;
      word_.begun = word;
    } else if (const auto* argument = going_on_ != nullptr ? going_on_ : positional(positional_count_)) {
      expect(*argument, word);
    } else if (word.empty() && !only_positionals_) {
      word_.kind = Kind::flag;
    }
    return std::move(word_);
  }

  // The same where a command is still to be named below `noun`.
  TypedWord finish_without_command(const std::string& noun, const std::string& word) && {
    if (awaiting_ == nullptr && !is_flag(word) && word != "-") {
      word_.kind = Kind::command;
      word_.noun = noun;
      word_.begun = word;
      return std::move(word_);
    }
    return std::move(*this).finish(word);
  }

 private:
  void expect(const Declaration& argument, const std::string& word) {
    word_.kind = Kind::value;
    word_.begun = word;
    const auto comma = word.rfind(',');
    if (takes_ids(argument.completion) && comma != std::string::npos) {
      word_.kept += word.substr(0, comma + 1);
      word_.begun = word.substr(comma + 1);
    }
    word_.argument = argument;
  }

  void give(const Declaration& argument, const std::string& value) {
    going_on_ = argument.kind == Declaration::Kind::option && argument.takes_many ? &argument : nullptr;
    word_.given.push_back({argument, value});
    const auto& name = argument.names.back();
    if (std::find(global_names_.begin(), global_names_.end(), name) == global_names_.end()) return;
    const bool is_switch = argument.kind == Declaration::Kind::flag;
    word_.global_flags.push_back(is_switch ? name : name + '=' + value);
  }

  // The positional at a place; the last one takes what is left, if it takes many. Null: none.
  const Declaration* positional(std::size_t place) const {
    if (place < positionals_.size()) return &positionals_[place];
    if (!positionals_.empty() && positionals_.back().takes_many) return &positionals_.back();
    return nullptr;
  }

  void read_plain(const std::string& word) {
    if (going_on_ != nullptr && !only_positionals_) {
      give(*going_on_, word);
    } else if (const auto* argument = positional(positional_count_)) {
      give(*argument, word);
      ++positional_count_;
    }
  }

  void read_long(const std::string& word) {
    going_on_ = nullptr;
    const auto equals = std::min(word.find('='), word.size());
    const auto* flag = long_flag(word.substr(0, equals));
    if (flag == nullptr) return;
    if (flag->kind == Declaration::Kind::flag || equals < word.size()) {
      give(*flag, equals < word.size() ? word.substr(equals + 1) : "");
    } else {
      awaiting_ = flag;
    }
  }

  // "-q", "-qo DIR", "-oDIR".
  void read_short(const std::string& word) {
    going_on_ = nullptr;
    for (std::size_t at = 1; at < word.size(); ++at) {
      const auto* flag = named(std::string("-") + word[at]);
      if (flag == nullptr) return;
      if (flag->kind == Declaration::Kind::option) {
        if (at + 1 < word.size()) return give(*flag, word.substr(at + 1));
        awaiting_ = flag;
        return;
      }
      give(*flag, "");
    }
  }

  const Declaration* named(const std::string& name) const {
    for (const auto& flag : word_.flags) {
      if (std::find(flag.names.begin(), flag.names.end(), name) != flag.names.end()) return &flag;
    }
    return nullptr;
  }

  // By its name, or by what begins one only.
  const Declaration* long_flag(const std::string& typed) const {
    if (const auto* whole = named(typed)) return whole;
    const Declaration* found = nullptr;
    for (const auto& flag : word_.flags) {
      if (!flag.names.back().starts_with(typed)) continue;
      if (found != nullptr) return nullptr;
      found = &flag;
    }
    return found;
  }

  TypedWord word_;
  std::vector<Declaration> positionals_;
  std::vector<std::string> global_names_;
  const Declaration* awaiting_ = nullptr;  // an option whose value is the next word
  const Declaration* going_on_ = nullptr;  // an option that takes more words
  std::size_t positional_count_ = 0;
  bool only_positionals_ = false;
};

// After "help": words of commands, and nothing else.
TypedWord after_help(const Route& asked, const std::string& word) {
  std::vector<std::string> line;
  const auto add = [&](std::string_view words) {
    for (; !words.empty(); words.remove_prefix(std::min(words.find(' '), words.size() - 1) + 1))
      line.emplace_back(words.substr(0, words.find(' ')));
  };
  add(asked.noun);
  line.insert(line.end(), asked.arguments.begin(), asked.arguments.end());
  const auto found = route(line);
  if (found.command != nullptr || !found.unknown.empty() || word.starts_with('-')) return {};
  return {.kind = Kind::command, .noun = found.noun, .begun = word};
}

}  // namespace

TypedWord typed_word(const std::vector<std::string>& line) {
  if (line.empty()) return {};
  const auto& word = line.back();
  const auto found = route({line.begin(), line.end() - 1});
  if (found.unknown == "help") return after_help(found, word);
  if (!found.unknown.empty()) return {};
  ArgumentReader reader(declared_arguments(found.command));
  if (found.source) reader.take_source(*found.source);
  for (const auto& argument : found.arguments) reader.read(argument);
  if (found.command == nullptr) return std::move(reader).finish_without_command(found.noun, word);
  return std::move(reader).finish(word);
}

std::string without_quotes(const std::string& word) {
  std::string text;
  char open = '\0';
  for (std::size_t at = 0; at < word.size(); ++at) {
    const char here = word[at];
    if (here == open) {
      open = '\0';
    } else if (open == '\0' && (here == '\'' || here == '"')) {
      open = here;
    } else if (here == '\\' && open != '\'' && at + 1 < word.size() &&
               (open == '\0' || word[at + 1] == '"' || word[at + 1] == '\\' || word[at + 1] == '$')) {
      text += word[++at];
    } else {
      text += here;
    }
  }
  return text;
}

}  // namespace det::cli
