#include "storage/sha256sums.hpp"

#include "storage/digest.hpp"
#include "storage/prover.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

constexpr std::size_t digits = 64;
constexpr std::string_view divider = "  ";

std::string escaped(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\r') {
      text += "\\r";
    } else if (c == '\\') {
      text += "\\\\";
    } else {
      text += c;
    }
  }
  return text;
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      name += text[i];
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    if (text[i] != 'n' && text[i] != 'r' && text[i] != '\\') return std::nullopt;
    name += text[i] == 'n' ? '\n' : text[i] == 'r' ? '\r' : '\\';
  }
  return name;
}

std::optional<std::string> name_in(std::string_view line) {
  const bool is_escaped = !line.empty() && line.front() == '\\';
  if (is_escaped) line.remove_prefix(1);
  if (!digest_from_hex(DigestKind::sha256, line.substr(0, digits))) return std::nullopt;
  line.remove_prefix(digits);
  if (line.size() <= divider.size() || line.substr(0, divider.size()) != divider) return std::nullopt;
  line.remove_prefix(divider.size());
  return is_escaped ? unescaped(line) : std::string(line);
}

}  // namespace

std::string sums_text(const std::vector<ReceiptFile>& files) {
  std::string text;
  for (const auto& file : files) {
    const auto* digest = digest_in(file.proof, DigestKind::sha256);
    if (digest == nullptr) continue;
    const auto stored = stored_path(file.path);
    const auto name = escaped(stored);
    if (name != stored) text += '\\';
    text += hex(*digest);
    text += divider;
    text += name;
    text += '\n';
  }
  return text;
}

std::optional<std::vector<std::string>> names_in_sums(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    auto name = name_in(text.substr(0, end));
    if (!name) return std::nullopt;
    names.push_back(std::move(*name));
    text.remove_prefix(end + 1);
  }
  return names;
}

}  // namespace det::storage
