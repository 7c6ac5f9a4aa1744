#include "client/trusted_certificate.hpp"

#include <nlohmann/json.hpp>

#include "client/small_file.hpp"

namespace det::client {

std::optional<std::string> trusted_certificate(const std::filesystem::path& directory,
                                               const std::string& master) {
  const auto text = small_file(directory / "certs.json");
  if (!text) return std::nullopt;
  const auto certificates = nlohmann::json::parse(*text, nullptr, false);
  if (!certificates.is_object()) return std::nullopt;
  const auto found = certificates.find(master);
  return found != certificates.end() && found->is_string() ? std::optional(found->get<std::string>())
                                                           : std::nullopt;
}

}  // namespace det::client
