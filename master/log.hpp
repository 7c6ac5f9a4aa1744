#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

namespace det::master {

enum class Severity { info, warning, error };

// Takes one line without its end; what came from a client in it has been made safe. Any thread may call it.
using Log = std::function<void(Severity, std::string_view)>;

// For tests.
Log no_log();

// Appends "2026-11-20 23:56:48.565 info LINE" to `file`, which only its owner reads; beyond 8 MiB it becomes
// FILE.1, and that FILE.2. Throws Error{local_disk} when it cannot be opened.
Log file_log(const std::filesystem::path& file);

}  // namespace det::master
