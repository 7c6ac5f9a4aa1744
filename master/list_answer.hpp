#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "master/http_server.hpp"
#include "wire/answers.hpp"
#include "wire/json_text.hpp"

namespace det::master {

// {"KEY":[...],"pagination":{...}} that is written as it is read: `portion` gives the texts of the next
// elements, with commas between them, or "" at the end. What is in `lead` comes before the key.
Response list_answer(std::string_view key, std::function<std::string()> portion, const wire::Page& page,
                     wire::ObjectText lead = {});

}  // namespace det::master
