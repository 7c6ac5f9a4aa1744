#pragma once

#include <string>

#include "storage/descriptor.hpp"

namespace det::master {

// A socket that listens on `address`, numeric or a name, and `port`, 0 for any that is free. Throws
// Error{unclassified}: "could not listen on 127.0.0.1:8080: address already in use".
storage::Descriptor listen_on(const std::string& address, int port);
// Of a socket that listens.
int port_of(int socket);

}  // namespace det::master
