#include "http/transport.hpp"
#include "model/error.hpp"

namespace det::http {

std::string read_all(Response& response, std::size_t limit_bytes) {
  std::string body;
  for (auto piece = response.next(); !piece.empty(); piece = response.next()) {
    if (piece.size() > limit_bytes - body.size()) {
      throw Error(Failure::master, "the answer is longer than " + std::to_string(limit_bytes) + " bytes");
    }
    body.append(piece);
  }
  return body;
}

}  // namespace det::http
