#include "master/log.hpp"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <memory>

#include "model/error.hpp"

namespace det::master {
namespace {

constexpr std::size_t largest_file = std::size_t{8} << 20U;
constexpr std::size_t older_files = 2;

spdlog::level::level_enum level_of(Severity severity) {
  switch (severity) {
    case Severity::info:
      return spdlog::level::info;
    case Severity::warning:
      return spdlog::level::warn;
    case Severity::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

}  // namespace

Log no_log() {
  return [](Severity, std::string_view) {};
}

Log file_log(const std::filesystem::path& file) {
  try {
    const auto sink =
        std::make_shared<spdlog::sinks::rotating_file_sink_mt>(file.string(), largest_file, older_files);
    ::chmod(file.c_str(), 0600);
    const auto logger = std::make_shared<spdlog::logger>("master", sink);
    logger->set_pattern("%Y-%m-%d %H:%M:%S.%e %l %v");
    logger->flush_on(spdlog::level::info);
    return [logger](Severity severity, std::string_view line) { logger->log(level_of(severity), line); };
  } catch (const spdlog::spdlog_ex& failed) {
    throw Error(Failure::local_disk, "could not open the log " + file.string() + ": " + failed.what());
  }
}

}  // namespace det::master
