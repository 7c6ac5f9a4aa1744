#include "tests/unit/storage/surroundings.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace det::testing {

storage::Surroundings CloudScene::surroundings() {
  return {.environment =
              [this](const std::string& name) {
                const auto found = variables.find(name);
                return found == variables.end() ? std::nullopt : std::optional(found->second);
              },
          .home = home,
          .transport = transport,
          .now = [this] { return now; }};
}

Answer with_headers(Answer made, std::vector<http::Header> headers) {
  made.headers = std::move(headers);
  return made;
}

storage::Pieces pieces_of(const std::string& bytes) {
  return [&bytes, position = std::size_t{0}]() mutable {
    const auto piece = std::string_view(bytes).substr(position, 999'983);
    position += piece.size();
    return piece;
  };
}

std::string read_text(const storage::Store& store, const std::string& name, storage::ByteRange range) {
  std::string text;
  const auto sink = [&](std::string_view piece) {
    text += piece;
    return true;
  };
  return store.read(name, range, sink) ? text : "(absent)";
}

}  // namespace det::testing
