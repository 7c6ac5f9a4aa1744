#include "master/yaml_text.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "master/yaml_scalar.hpp"
#include "model/error.hpp"
#include "wire/tree.hpp"

namespace det::master {
namespace {

[[noreturn]] void refuse(const YAML::Mark& mark, std::string_view complaint) {
  throw Error(Failure::usage, fmt::format("line {}: {}", mark.line + 1, complaint));
}

constexpr std::string_view core_tags = "tag:yaml.org,2002:";

// yaml-cpp's word for a quoted scalar is "!", for a plain one "?".
bool is_plain(const std::string& tag) {
  return tag.empty() || tag == "?" || (tag.starts_with(core_tags) && tag != "tag:yaml.org,2002:str");
}

// Writes a tree as yaml-cpp reads the text.
class TreeBuilder final : public YAML::EventHandler {
 public:
  model::Json take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(mark, nullptr, anchor, 1); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchored_.find(anchor);
    if (found == anchored_.end()) refuse(mark, "an alias stands within what it refers to");
    add(mark, found->second.value, 0, found->second.count);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    add(mark, is_plain(tag) ? yaml_scalar(value) : model::Json(value), anchor, 1);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(mark, model::Json::array(), anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(mark, model::Json::object(), anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Anchored {
    model::Json value;
    std::size_t count = 0;  // of values in it, itself included
  };
  // A list or an object that is being read.
  struct Open {
    YAML::Mark mark;
    model::Json value;
    YAML::anchor_t anchor = 0;
    std::size_t count_before = 0;
    std::optional<std::string> key = {};  // whose value comes next
    std::set<std::string> keys = {};
    std::vector<model::Json> merged = {};
  };

  void count(const YAML::Mark& mark, std::size_t more) {
    count_ += more;
    if (count_ > most_yaml_values) refuse(mark, fmt::format("more than {} values", most_yaml_values));
  }

  void open(const YAML::Mark& mark, model::Json value, YAML::anchor_t anchor) {
    if (open_.size() >= deepest_yaml) refuse(mark, fmt::format("nests deeper than {} levels", deepest_yaml));
    if (!open_.empty() && open_.back().value.is_object() && !open_.back().key)
      refuse(mark, "a key is no scalar");
    open_.push_back({.mark = mark, .value = std::move(value), .anchor = anchor, .count_before = count_});
    count(mark, 1);
  }

  void close() {
    auto done = std::move(open_.back());
    open_.pop_back();
    merge(done);
    if (done.anchor != 0) anchored_[done.anchor] = {done.value, count_ - done.count_before};
    place(done.mark, std::move(done.value));
  }

  void add(const YAML::Mark& mark, model::Json value, YAML::anchor_t anchor, std::size_t values) {
    count(mark, values);
    if (anchor != 0) anchored_[anchor] = {value, values};
    place(mark, std::move(value));
  }

  void place(const YAML::Mark& mark, model::Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return;
    }
    auto& into = open_.back();
    if (into.value.is_array()) {
      into.value.push_back(std::move(value));
    } else if (!into.key) {
      into.key = key_of(mark, value);
    } else {
      place_at_key(mark, into, std::move(value));
    }
  }

  static std::string key_of(const YAML::Mark& mark, const model::Json& value) {
    if (value.is_structured()) refuse(mark, "a key is no scalar");
    return value.is_string() ? value.get<std::string>() : value.dump();
  }

  static void place_at_key(const YAML::Mark& mark, Open& into, model::Json value) {
    const auto key = *std::exchange(into.key, std::nullopt);
    if (key == "<<" && value.is_structured()) return into.merged.push_back(std::move(value));
    if (!into.keys.insert(key).second) refuse(mark, fmt::format("the key \"{}\" is there twice", key));
    // Not emplace(): it would look at every key that is there.
    into.value.get_ref<model::Json::object_t&>().emplace_back(key, std::move(value));
  }

  // What "<<" names, where the object does not say it itself.
  static void merge(Open& into) {
    for (const auto& source : into.merged) {
      const auto sources = source.is_array() ? source : model::Json::array({source});
      for (const auto& one : sources) {
        if (!one.is_object()) refuse(into.mark, "\"<<\" merges something that is no mapping");
        for (const auto& [key, value] : one.items()) {
          if (into.keys.insert(key).second) {
            into.value.get_ref<model::Json::object_t&>().emplace_back(key, value);
          }
        }
      }
    }
  }

  model::Json root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Anchored> anchored_;
  std::size_t count_ = 0;
};

// Absent for what is no JSON object: it may still be a flow mapping of YAML. JSON has escapes that yaml-cpp
// refuses.
std::optional<model::Json> json_object(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text[first] != '{') return std::nullopt;
  try {
    return wire::parse_tree(text);
  } catch (const Error&) {
    return std::nullopt;
  }
}

model::Json built(std::string_view text) {
  std::istringstream stream{std::string(text)};
  TreeBuilder builder;
  try {
    YAML::Parser(stream).HandleNextDocument(builder);
  } catch (const YAML::Exception& error) {
    refuse(error.mark, error.msg);
  }
  return builder.take();
}

}  // namespace

model::Json read_yaml(std::string_view text) {
  if (text.size() > longest_yaml) {
    throw Error(Failure::usage, fmt::format("longer than {} bytes", longest_yaml));
  }
  if (text.find('\0') != std::string_view::npos) throw Error(Failure::usage, "a NUL byte is in it");
  auto json = json_object(text);
  return json ? std::move(*json) : built(text);
}

}  // namespace det::master
