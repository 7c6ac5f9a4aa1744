#pragma once

#include "master/connection.hpp"

namespace det::master {

// The version of the catalogue that this program reads and writes: PRAGMA user_version.
int schema_version();

// Brings a catalogue, also an empty one, up to schema_version(), each step in a transaction of its own.
// Throws Error{usage} for one that a newer version wrote.
void migrate(Connection& connection);

}  // namespace det::master
