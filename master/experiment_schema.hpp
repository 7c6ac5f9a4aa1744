#pragma once

#include <string>
#include <string_view>

#include "model/json.hpp"

// Which fields an experiment's configuration has, of which types, with which defaults: as the documented
// reference and the master 0.38.1 have them.
namespace det::master {

// An object is one of the configuration's; a string is a leaf: "TYPE=DEFAULT", the default as JSON, null
// where there is none. Types are those of JSON Schema, with `count` for an integer of at least 0 and `any`. A
// leaf "TYPE?" is left out of a complete configuration when it is absent or null.
using Schema = model::Json;

const Schema& experiment_schema();
// Of the searcher and of the storage, without what all have in common; null: there is no such name.
const Schema& searcher_schema(std::string_view name);
const Schema& storage_schema(std::string_view type);

// `given` with the defaults of what it leaves out, where null is as good as absent, in the schema's order.
// `path` is where it stands: "<config>.searcher". Throws Error{usage} in a real master's words for what the
// schema does not allow.
model::Json completed(const model::Json& given, const Schema& schema, const std::string& path);

// Throws Error{usage}: "invalid experiment configuration: <config>.name: ...".
[[noreturn]] void refuse_configuration(const std::string& path, const std::string& complaint);

}  // namespace det::master
