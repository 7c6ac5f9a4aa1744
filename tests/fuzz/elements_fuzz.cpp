// A list of a master's answer, cut into its elements as it arrives. However the bytes are divided, the
// outcome is the same.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.hpp"
#include "wire/element_scanner.hpp"

namespace {

using namespace det;

struct Outcome {
  bool refused = false;
  std::vector<std::string> elements;
  std::string rest;

  bool operator==(const Outcome&) const = default;
};

Outcome scanned(std::string_view text, std::size_t piece) {
  Outcome outcome;
  wire::ElementScanner scanner("checkpoints");
  try {
    for (std::size_t at = 0; at < text.size(); at += piece) {
      scanner.feed(text.substr(at, piece), [&](const wire::PaddedText& element, const wire::Place&) {
        outcome.elements.emplace_back(element.view());
        return true;
      });
    }
    outcome.rest = scanner.finish().dump(-1, ' ', true, model::Json::error_handler_t::replace);
  } catch (const Error& error) {
    if (error.failure != Failure::master) std::abort();
    return {.refused = true, .elements = {}, .rest = {}};
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto whole = scanned(text, size + 1);
  for (const std::size_t piece : {1U, 2U, 7U, 64U}) {
    if (scanned(text, piece) != whole) std::abort();
  }
  return 0;
}
