#include "storage/xml_elements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "model/error.hpp"

namespace det::storage {
namespace {

constexpr std::size_t deepest = 32;
constexpr std::size_t most_attributes = 64;  // of one element
constexpr std::size_t longest_bytes = std::size_t{64} << 20U;
constexpr std::string_view spaces = " \t\r\n";
constexpr std::string_view name_ends = " \t\r\n/>=<\"'&";

struct Open {
  std::string_view tag;     // as it stands there, with its prefix
  std::size_t path_length;  // of the path before this element
  std::string text;
  std::vector<XmlAttribute> attributes;
};

void append_utf8(std::string& text, std::uint32_t point) {
  const auto continued = [&](unsigned shift) {
    text += static_cast<char>(0x80U | ((point >> shift) & 0x3FU));
  };
  if (point < 0x80U) {
    text += static_cast<char>(point);
  } else if (point < 0x800U) {
    text += static_cast<char>(0xC0U | (point >> 6U));
    continued(0);
  } else if (point < 0x10000U) {
    text += static_cast<char>(0xE0U | (point >> 12U));
    continued(6);
    continued(0);
  } else {
    text += static_cast<char>(0xF0U | (point >> 18U));
    continued(12);
    continued(6);
    continued(0);
  }
}

class Scanner {
 public:
  Scanner(std::string_view xml, const std::function<void(const XmlElement&)>& visit)
      : xml_(xml), visit_(visit) {}

  void run() {
    if (xml_.size() > longest_bytes) throw bad("is too long");
    if (xml_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    while (at_ < xml_.size()) {
      if (xml_[at_] == '<') {
        markup();
      } else {
        characters();
      }
    }
    if (!open_.empty() || !rooted_) throw bad("is cut short");
  }

 private:
  Error bad(std::string_view how) const {
    return Error(Failure::storage, fmt::format("the answer's XML {} (at byte {})", how, at_));
  }

  bool starts(std::string_view mark) const { return xml_.substr(at_).starts_with(mark); }

  // What comes before `end`, which is passed over.
  std::string_view until(std::string_view end) {
    const auto found = xml_.find(end, at_);
    if (found == std::string_view::npos) throw bad("is cut short");
    const auto passed = xml_.substr(at_, found - at_);
    at_ = found + end.size();
    return passed;
  }

  void skip_spaces() { at_ = std::min(xml_.find_first_not_of(spaces, at_), xml_.size()); }

  std::string_view name() {
    const auto end = std::min(xml_.find_first_of(name_ends, at_), xml_.size());
    if (end == at_) throw bad("lacks a name");
    const auto found = xml_.substr(at_, end - at_);
    at_ = end;
    return found;
  }

  void markup() {
    if (starts("<?")) {
      until("?>");
    } else if (starts("<!--")) {
      at_ += 4;
      until("-->");
    } else if (starts("<![CDATA[") && !open_.empty()) {
      at_ += 9;
      open_.back().text += until("]]>");
    } else if (starts("<!")) {
      throw bad("has a declaration");
    } else if (starts("</")) {
      at_ += 2;
      end_tag();
    } else {
      ++at_;
      start_tag();
    }
  }

  void characters() {
    const auto end = std::min(xml_.find('<', at_), xml_.size());
    const auto text = xml_.substr(at_, end - at_);
    if (open_.empty()) {
      if (text.find_first_not_of(spaces) != std::string_view::npos) throw bad("has text beside its root");
    } else {
      append_resolved(open_.back().text, text);
    }
    at_ = end;
  }

  void append_resolved(std::string& to, std::string_view text) const {
    while (true) {
      const auto reference = text.find('&');
      to += text.substr(0, reference);
      if (reference == std::string_view::npos) return;
      text.remove_prefix(reference + 1);
      const auto end = text.find(';');
      if (end == std::string_view::npos) throw bad("has an open reference");
      append_reference(to, text.substr(0, end));
      text.remove_prefix(end + 1);
    }
  }

  void append_reference(std::string& to, std::string_view reference) const {
    static constexpr std::array<std::pair<std::string_view, char>, 5> known{
        {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
    for (const auto& [word, character] : known) {
      if (reference == word) {
        to += character;
        return;
      }
    }
    append_utf8(to, numbered(reference));
  }

  // The character of "#65" or "#x41".
  std::uint32_t numbered(std::string_view reference) const {
    if (!reference.starts_with('#')) throw bad("has an unknown reference");
    reference.remove_prefix(1);
    const int base = reference.starts_with('x') ? 16 : 10;
    if (base == 16) reference.remove_prefix(1);
    std::uint32_t point = 0;
    const char* end = reference.data() + reference.size();
    const auto [rest, problem] = std::from_chars(reference.data(), end, point, base);
    const bool surrogate = point >= 0xD800U && point <= 0xDFFFU;
    if (reference.empty() || rest != end || problem != std::errc{} || point == 0 || point > 0x10FFFFU ||
        surrogate) {
      throw bad("has a reference to no character");
    }
    return point;
  }

  void start_tag() {
    if (open_.empty() && rooted_) throw bad("has two roots");
    if (open_.size() == deepest) throw bad("is too deep");
    rooted_ = true;
    const auto tag = name();
    open_.push_back({tag, path_.size(), {}, {}});
    if (!path_.empty()) path_ += '/';
    path_ += tag.substr(tag.rfind(':') + 1);  // npos + 1 is 0: no prefix
    for (skip_spaces(); at_ < xml_.size() && xml_[at_] != '>' && xml_[at_] != '/'; skip_spaces()) {
      add_attribute();
    }
    if (starts("/>")) {
      at_ += 2;
      finish();
    } else if (starts(">")) {
      ++at_;
    } else {
      throw bad("has an open tag");
    }
  }

  void add_attribute() {
    if (open_.back().attributes.size() == most_attributes) throw bad("has too many attributes");
    XmlAttribute added{std::string(name()), {}};
    skip_spaces();
    if (!starts("=")) throw bad("has an attribute without a value");
    ++at_;
    skip_spaces();
    if (!starts("\"") && !starts("'")) throw bad("has an attribute without quotes");
    const auto quote = xml_.substr(at_++, 1);
    append_resolved(added.value, until(quote));
    open_.back().attributes.push_back(std::move(added));
  }

  void end_tag() {
    const auto tag = name();
    skip_spaces();
    if (!starts(">")) throw bad("has an open tag");
    if (open_.empty() || open_.back().tag != tag) throw bad("closes what is not open");
    ++at_;
    finish();
  }

  void finish() {
    const auto& element = open_.back();
    visit_({path_, element.text, element.attributes});
    path_.resize(element.path_length);
    open_.pop_back();
  }

  const std::string_view xml_;
  const std::function<void(const XmlElement&)>& visit_;
  std::size_t at_ = 0;
  bool rooted_ = false;
  std::vector<Open> open_;
  std::string path_;
};

}  // namespace

void for_each_element(std::string_view xml, const std::function<void(const XmlElement&)>& visit) {
  Scanner(xml, visit).run();
}

std::string_view attribute(const XmlElement& element, std::string_view name) {
  for (const auto& candidate : element.attributes) {
    if (candidate.name == name) return candidate.value;
  }
  return {};
}

}  // namespace det::storage
