#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/receipt.hpp"

namespace det::storage {

// Beside the receipt, for `sha256sum -c`; never taken as payload.
inline constexpr std::string_view sums_name = "SHA256SUMS";

// The lines that coreutils' sha256sum writes for the files as they lie on disk; all have that digest. A name
// with a newline, a carriage return or a backslash has these escaped, and its line begins with a backslash.
std::string sums_text(const std::vector<ReceiptFile>& files);

// The names in such a text, unescaped. Absent when any line of it is another.
std::optional<std::vector<std::string>> names_in_sums(std::string_view text);

}  // namespace det::storage
