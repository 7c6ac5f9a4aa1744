#pragma once

#include <functional>
#include <string>

namespace det::commands {

class Context;

// Hands over the id of each experiment of the user, archived ones too, page by page, as the master lists
// them.
void each_own_experiment(Context& context, const std::function<void(const std::string& id)>& take);

}  // namespace det::commands
