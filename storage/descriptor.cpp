#include "storage/descriptor.hpp"

#include <unistd.h>

namespace det::storage {

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

Descriptor::~Descriptor() {
  if (number_ >= 0) close(number_);
}

}  // namespace det::storage
