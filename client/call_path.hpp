#pragma once

#include <string>
#include <string_view>

#include "client/master.hpp"

namespace det::client {

// The path of a call and its query, put together safely: "/api/v1/models/a%2Fb/versions?offset=0".
class CallPath {
 public:
  explicit CallPath(std::string prefix) : text_(std::move(prefix)) {}

  // One part more, whatever it holds: what is no letter, digit or one of -._~ is percent-encoded.
  CallPath& part(std::string_view name);
  // One parameter more, encoded so too. No part() follows.
  CallPath& with(std::string_view name, std::string_view value);
  CallPath& with(std::string_view name, int value) { return with(name, std::to_string(value)); }
  // The parameters of a page. Without a limit, none is sent: a master takes that for everything.
  CallPath& with(const Paging& paging);

  const std::string& text() const { return text_; }

 private:
  std::string text_;
  bool has_query_ = false;
};

// /api/v1/experiments/ID; throws Error{usage} when the id is no number.
CallPath experiment_path(const std::string& id);
// /api/v1/trials/ID; the same.
CallPath trial_path(const std::string& id);

// Throws Error{usage} when the id of an experiment or trial, as `kind` says, is no number.
void check_number(std::string_view kind, const std::string& id);
// Throws Error{not_found} when no checkpoint can have this id: a master answers such with an internal error.
void check_uuid(const std::string& id);

}  // namespace det::client
