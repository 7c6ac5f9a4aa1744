#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace det::storage {

struct XmlAttribute {
  std::string name;
  std::string value;
};

// An element that has been read to its end. Valid only while it is visited.
struct XmlElement {
  std::string_view path;  // names from the root on, without name space prefixes: "Error/Code"
  std::string_view text;  // its own character data, references resolved, nothing trimmed
  const std::vector<XmlAttribute>& attributes;
};

// Gives each element of an XML document in UTF-8 to `visit` when it ends, so children before their parent.
// Reads what object stores answer: elements, attributes, character data, CDATA; comments and processing
// instructions are passed over. Throws Error{storage} for what is not well-formed or cut short, after the
// elements before it were visited; also for a document type (nothing is expanded), more than 32 levels, more
// than 64 attributes of one element, and more than 64 MiB.
void for_each_element(std::string_view xml, const std::function<void(const XmlElement&)>& visit);

// The value of the attribute of that name; empty when there is none.
std::string_view attribute(const XmlElement& element, std::string_view name);

}  // namespace det::storage
