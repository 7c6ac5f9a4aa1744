#include "storage/page_buffer.hpp"

#include <new>

namespace det::storage {
namespace {

constexpr std::align_val_t page{4096};

}  // namespace

PageBuffer::PageBuffer() : bytes_(static_cast<char*>(operator new(size_bytes, page))) {}

void PageBuffer::Freeing::operator()(char* bytes) const noexcept {
  operator delete(bytes, page);
}

}  // namespace det::storage
