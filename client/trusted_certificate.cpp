#include "client/trusted_certificate.hpp"

#include <fstream>
#include <nlohmann/json.hpp>

namespace det::client {

std::optional<std::string> trusted_certificate(const std::filesystem::path& directory,
                                               const std::string& master) {
  constexpr std::size_t most_bytes = std::size_t{1} << 20;
  std::ifstream file(directory / "certs.json", std::ios::binary);
  if (!file) return std::nullopt;
  std::string text(most_bytes, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  const auto certificates = nlohmann::json::parse(text, nullptr, false);
  if (!certificates.is_object()) return std::nullopt;
  const auto found = certificates.find(master);
  return found != certificates.end() && found->is_string() ? std::optional(found->get<std::string>())
                                                           : std::nullopt;
}

}  // namespace det::client
