#include "wire/place.hpp"

#include "model/error.hpp"

namespace det::wire {

std::string path(const Place& place) {
  std::string whole = place.parent == nullptr ? std::string() : path(*place.parent) + ".";
  whole += place.name;
  if (place.index) whole += "[" + std::to_string(*place.index) + "]";
  return whole;
}

void invalid(const Place& place, std::string_view complaint) {
  invalid(path(place) + " " + std::string(complaint));
}

void invalid(std::string_view complaint) {
  throw Error(Failure::master, "the master's answer is not valid: " + std::string(complaint));
}

}  // namespace det::wire
