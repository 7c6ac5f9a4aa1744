#pragma once

#include <string_view>

namespace det::formatting {

// Whether a plain YAML 1.2 scalar of this text would be read as something other than text: null, a bool, a
// number, a time, or one of the words "=" and "<<" (ruamel.yaml 0.19's resolvers for version 1.2).
bool reads_as_other_than_text(std::string_view text);

}  // namespace det::formatting
