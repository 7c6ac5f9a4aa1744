#include "tests/unit/client/asked_master.hpp"

#include "client/http_master.hpp"

namespace det::testing {

AskedMaster::AskedMaster(client::Identity identity)
    : tokens(directory.path(), "http://m:8080", never, [](std::string_view) {}),
      session("http://m:8080", transport, tokens, std::move(identity),
              {[](const std::string&) -> std::string { throw Error(Failure::declined, "nobody to ask"); }}),
      master(client::http_master(transport, session)) {}

}  // namespace det::testing
