#pragma once

#include <string>
#include <string_view>

namespace det::wire {

// What a master says in the body of an error, in any of its shapes: {"error":{"error":TEXT}},
// {"error":{"message":TEXT}} and {"message":TEXT}. Empty when it says nothing of the kind (a proxy's page).
// Cut after 2,000 bytes.
std::string error_text(std::string_view body);

}  // namespace det::wire
