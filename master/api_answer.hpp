#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "master/http_server.hpp"
#include "master/router.hpp"
#include "model/error.hpp"

namespace det::master {

// JSON text as an answer.
Response json_answer(std::string json);
// "{}"
Response empty_answer();

// An error in the shape that a real master gives it on this path: {"error": {code, reason, error}} below
// /api/v1,
// {"message": ...} elsewhere. Statuses: usage 400, permission 401 (or 403, where the Error says so),
// not_found 404, held 409, local_disk 507, storage and everything else 500.
Response failure_answer(std::string_view path, const Error& error);

// `answer` with the failures of a stream that could not begin: {"error": {grpcCode, httpCode, message, ...}}.
Answering streaming(Answering answer);

// A stream of JSON values, each as one line {"result": ...}. `next` gives the next value, or "" at the end.
Response stream_answer(std::function<std::string()> next);

// A long JSON document in pieces: `next` gives the next one, or "" at the end.
Response pieces_answer(std::function<std::string()> next);

}  // namespace det::master
