#pragma once

#include <functional>

#include "commands/context.hpp"
#include "storage/remote_store.hpp"

namespace det::commands::deploy {

// How a master reaches object stores: with the environment and the proxies of this process, until a signal
// asks it to stop; --timeout is about starting, and does not end what it does later. Names of files, of
// --cacert and in the variables that say where credentials lie, are meant from where this process is now. Any
// thread may call what is returned. `context` outlives what it gives, and so does what is returned.
std::function<storage::Surroundings()> object_access(const Context& context);

}  // namespace det::commands::deploy
