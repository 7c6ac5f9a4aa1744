#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "master/http_server.hpp"
#include "master/query.hpp"
#include "model/record.hpp"

namespace det::master {

// One request, as a handler sees it.
struct Call {
  const Request& request;
  std::vector<std::string> words;  // what stood in the place of the pattern's {names}, decoded
  Query query;
  model::UserRecord user;  // who asks; id 0 where anyone may

  // The number that stands at the place-th {name}. Throws Error{usage}.
  std::int64_t id(std::size_t place, std::string_view name) const {
    return parsed_integer(words[place], name);
  }
};

// Who may ask.
enum class Access { signed_in, anyone };

// What answers at once. A failure is thrown: Error{usage} is a 400, not_found a 404, and so on
// (api_answer.hpp).
using Answering = std::function<Response(const Call&)>;
// What answers later, or in its own time; not at all once it has thrown.
using AnsweringLater = std::function<void(const Call&, Responder)>;

// One entry of the API: "GET", "/api/v1/experiments/{id}". A {name} takes one part of a path.
struct Route {
  std::string_view method;
  std::string_view pattern;
  Answering answer;
  Access access = Access::signed_in;
  AnsweringLater answer_later = {};  // instead of `answer`
};

// The route of a request and the words of its path.
struct Routed {
  const Route* route = nullptr;  // null: there is none
  std::vector<std::string> words;
};

class Router {
 public:
  // Of several patterns that fit, the first one counts.
  explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}

  Routed find(std::string_view method, std::string_view path) const;

 private:
  std::vector<Route> routes_;
};

}  // namespace det::master
