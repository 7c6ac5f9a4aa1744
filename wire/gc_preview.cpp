#include "wire/gc_preview.hpp"

#include "wire/object.hpp"

#include <optional>

#include "wire/parsed_value.hpp"

namespace det::wire {
namespace {

namespace ondemand = simdjson::ondemand;

model::PreviewedCheckpoint read(ondemand::object row, const Place& place) {
  model::PreviewedCheckpoint checkpoint;
  std::optional<std::uint64_t> size_bytes;
  for (ondemand::field field : row) {
    const std::string_view key = field.unescaped_key();
    const Place at{key, &place};
    if (key == "UUID") checkpoint.id = text(scalar(field.value()), at);
    if (key == "Size") size_bytes = size(scalar(field.value()), at);
  }
  if (checkpoint.id.empty()) invalid({"UUID", &place}, "is missing");
  if (!size_bytes) invalid({"Size", &place}, "is missing");
  checkpoint.size_bytes = *size_bytes;
  return checkpoint;
}

}  // namespace

model::PreviewedCheckpoint decode_previewed_checkpoint(const PaddedText& element, const Place& place) {
  try {
    ondemand::parser parser;
    ondemand::document document = parser.iterate(padded(element));
    return read(document.get_object(), place);
  } catch (const simdjson::simdjson_error&) {
    invalid(place, "is not JSON");
  }
}

std::string decode_warning(const model::Json& answer) {
  return Object(answer, Place{"answer"}).text_or_empty("warning");
}

}  // namespace det::wire
