#include "tests/support/fixture.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace det::testing {

std::string fixture(const std::string& name) {
  std::ifstream file(std::string(DET_FIXTURES) + "/" + name, std::ios::binary);
  if (!file) throw std::runtime_error("no fixture " + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace det::testing
