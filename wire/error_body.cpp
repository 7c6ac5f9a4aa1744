#include "wire/error_body.hpp"

#include "model/error.hpp"
#include "model/json.hpp"
#include "wire/tree.hpp"

namespace det::wire {
namespace {

constexpr std::size_t longest_text = 2000;

std::string member(const model::Json& object, std::string_view key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string said(const model::Json& body) {
  const auto error = body.find("error");
  if (error == body.end() || !error->is_object()) return member(body, "message");
  const std::string text = member(*error, "error");
  return text.empty() ? member(*error, "message") : text;
}

// Not in the middle of a character.
std::string shortened(std::string text) {
  if (text.size() <= longest_text) return text;
  std::size_t end = longest_text;
  while ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

}  // namespace

std::string error_text(std::string_view body) {
  try {
    return shortened(said(parse_tree(body)));
  } catch (const Error&) {  // no JSON: nothing that the master said
    return {};
  }
}

}  // namespace det::wire
