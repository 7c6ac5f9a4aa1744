#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "model/checkpoint.hpp"
#include "wire/padded_text.hpp"
#include "wire/place.hpp"

namespace det::wire {

// Decodes the checkpoints of one list. Every row of a list repeats its experiment's whole configuration: it
// is decoded once, and shared by the rows that repeat it.
class CheckpointDecoder {
 public:
  CheckpointDecoder();
  CheckpointDecoder(CheckpointDecoder&&) noexcept;
  ~CheckpointDecoder();

  // One element of the list. Throws Error{master} for everything that is no checkpoint.
  model::Checkpoint decode(const PaddedText& element, const Place& place);

 private:
  class Reading;
  struct Memory;
  std::unique_ptr<Memory> memory_;
};

// The answer {"checkpoint": {...}}.
model::Checkpoint decode_checkpoint_answer(std::string_view answer);

model::CheckpointState checkpoint_state(std::string_view word);

}  // namespace det::wire
