#include "storage/gunzip.hpp"

#include <fmt/format.h>
#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "model/error.hpp"

namespace det::storage {
namespace {

constexpr std::size_t output_size = std::size_t{256} << 10U;
constexpr std::size_t largest_input = std::size_t{1} << 30U;  // ISA-L counts in 32 bits

class Gunzip {
 public:
  explicit Gunzip(Pieces compressed) : compressed_(std::move(compressed)), output_(output_size) {
    begin_member();
  }

  std::string_view next() {
    while (!ended_) {
      if (input_.empty()) refill();
      if (ended_) break;
      const auto produced = inflate();
      if (!produced.empty()) return produced;
    }
    return {};
  }

 private:
  void begin_member() {
    isal_inflate_init(&state_);
    state_.crc_flag = ISAL_GZIP;
    within_member_ = false;
  }

  void refill() {
    input_ = compressed_();
    if (!input_.empty()) return;
    if (within_member_ || !any_member_) throw damaged("it ends early");
    ended_ = true;
  }

  std::string_view inflate() {
    if (!within_member_ && any_member_ && input_.front() != '\x1f')
      throw damaged("something follows its end");
    within_member_ = true;
    const auto offered = std::min(input_.size(), largest_input);
    // ISA-L only reads its input, though its field is not const.
    state_.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(input_.data()));
    state_.avail_in = static_cast<std::uint32_t>(offered);
    state_.next_out = output_.data();
    state_.avail_out = static_cast<std::uint32_t>(output_.size());
    const int outcome = isal_inflate(&state_);
    if (outcome == ISAL_INCORRECT_CHECKSUM) throw damaged("its checksum is wrong");
    if (outcome < 0) throw damaged(fmt::format("it cannot be decompressed ({})", outcome));
    input_.remove_prefix(offered - state_.avail_in);
    const auto produced = output_.size() - state_.avail_out;
    if (state_.block_state == ISAL_BLOCK_FINISH) {
      any_member_ = true;
      begin_member();
    } else if (produced == 0 && state_.avail_in == offered) {
      throw damaged("it does not go on");
    }
    return {reinterpret_cast<const char*>(output_.data()), produced};
  }

  static Error damaged(std::string_view why) {
    return Error(Failure::integrity, fmt::format("the gzip stream is damaged: {}", why));
  }

  Pieces compressed_;
  std::string_view input_;
  std::vector<std::uint8_t> output_;
  inflate_state state_{};
  bool within_member_ = false;
  bool any_member_ = false;
  bool ended_ = false;
};

}  // namespace

Pieces gunzip(Pieces compressed) {
  return [stream = std::make_shared<Gunzip>(std::move(compressed))] { return stream->next(); };
}

}  // namespace det::storage
