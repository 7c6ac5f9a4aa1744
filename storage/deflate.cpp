#include "storage/deflate.hpp"

#include <isa-l/igzip_lib.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "model/error.hpp"

namespace det::storage {
namespace {

constexpr std::size_t output_bytes = std::size_t{64} << 10U;

class Gzip {
 public:
  explicit Gzip(Pieces bytes) : bytes_(std::move(bytes)), deflater_(Deflater::Frame::gzip) {}

  std::string_view next() {
    out_.clear();
    while (out_.empty() && !ended_) {
      const auto piece = bytes_();
      ended_ = piece.empty();
      if (ended_) {
        deflater_.finish(out_);
      } else {
        deflater_.add(piece, out_);
      }
    }
    return out_;
  }

 private:
  Pieces bytes_;
  Deflater deflater_;
  std::string out_;
  bool ended_ = false;
};

}  // namespace

struct Deflater::State {
  isal_zstream stream{};
  std::vector<std::uint8_t> memory = std::vector<std::uint8_t>(ISAL_DEF_LVL1_DEFAULT);
  std::vector<std::uint8_t> output = std::vector<std::uint8_t>(output_bytes);

  explicit State(Frame frame) {
    isal_deflate_init(&stream);
    stream.level = 1;
    stream.level_buf = memory.data();
    stream.level_buf_size = static_cast<std::uint32_t>(memory.size());
    stream.gzip_flag = frame == Frame::gzip ? IGZIP_GZIP : IGZIP_DEFLATE;
  }

  void run(std::string& out) {
    do {
      stream.next_out = output.data();
      stream.avail_out = static_cast<std::uint32_t>(output.size());
      if (isal_deflate(&stream) != COMP_OK) throw Error(Failure::unclassified, "compressing failed");
      out.append(reinterpret_cast<const char*>(output.data()), output.size() - stream.avail_out);
    } while (stream.avail_out == 0);
  }
};

Deflater::Deflater(Frame frame) : state_(std::make_unique<State>(frame)) {}
Deflater::~Deflater() = default;
Deflater::Deflater(Deflater&& other) noexcept = default;
Deflater& Deflater::operator=(Deflater&& other) noexcept = default;

void Deflater::add(std::string_view bytes, std::string& out) {
  // ISA-L only reads its input, though its field is not const.
  state_->stream.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(bytes.data()));
  state_->stream.avail_in = static_cast<std::uint32_t>(bytes.size());
  state_->run(out);
}

void Deflater::finish(std::string& out) {
  state_->stream.avail_in = 0;
  state_->stream.end_of_stream = 1;
  state_->run(out);
}

Pieces gzip(Pieces bytes) {
  return [stream = std::make_shared<Gzip>(std::move(bytes))] { return stream->next(); };
}

}  // namespace det::storage
