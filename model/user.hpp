#pragma once

#include <string>

namespace det::model {

struct User {
  std::string id;
  std::string username;
  std::string display_name;
  bool admin = false;
  bool active = true;
};

}  // namespace det::model
