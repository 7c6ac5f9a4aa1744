#pragma once

#include <string>

#include "model/error.hpp"

namespace det::cli {

// "det: SENTENCE" and, where there is one, "try: LINE", terminal-safe, each ended by a newline.
std::string failure_text(const Error& error);

// One JSON object on one line: code, message, cause, next, retryable, http_status.
std::string failure_json(const Error& error);

}  // namespace det::cli
