#include "commands/transfer_flags.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <optional>
#include <string>

#include "commands/arguments.hpp"
#include "model/error.hpp"
#include "model/number.hpp"

namespace det::commands {
namespace {

constexpr int most_jobs = 256;

std::optional<int> parse_jobs(std::string_view text) {
  const auto jobs = model::number<int>(text);
  return jobs && *jobs >= 1 && *jobs <= most_jobs ? jobs : std::nullopt;
}

std::string no_jobs(const std::string& text) {
  if (parse_jobs(text)) return {};
  return fmt::format("it takes a whole number from 1 to {}, not '{}'", most_jobs, text);
}

std::string no_rate(const std::string& text) {
  if (parse_rate(text)) return {};
  return fmt::format("it takes bytes per second, as 500k, 10M or 1G, not '{}'", text);
}

Error bad_variable(const char* name, const std::string& why) {
  return Error(Failure::usage, fmt::format("{}: {}", name, why));
}

unsigned shift_of(char suffix) {
  switch (suffix) {
    case 'k':
    case 'K':
      return 10;
    case 'm':
    case 'M':
      return 20;
    case 'g':
    case 'G':
      return 30;
    default:
      return 0;
  }
}

void add_selection(Arguments& arguments, DownloadOptions& options) {
  arguments
      .option("--include", options.include, "GLOB",
              "only files whose path in the checkpoint fits this glob (** for any folders); may be repeated")
      .one_word_each()
      .completes(Completion::nothing);
  arguments
      .option("--exclude", options.exclude, "GLOB", "no files whose path fits this glob; may be repeated")
      .one_word_each()
      .completes(Completion::nothing);
}

void add_limits(Arguments& arguments, DownloadOptions& options) {
  arguments.option("--jobs", options.jobs, "N", "connections at most (default: 16)")
      .check(no_jobs)
      .completes(Completion::nothing);
  arguments
      .option(
          "--limit-rate", [&options](const std::string& text) { options.bytes_a_second = parse_rate(text); },
          "RATE", "bytes per second at most, as 500k, 10M or 1G; 0 for no limit")
      .check(no_rate)
      .completes(Completion::nothing);
}

}  // namespace

void add_transfer_flags(Arguments& arguments, DownloadOptions& options) {
  add_selection(arguments, options);
  add_limits(arguments, options);
  arguments
      .option("--link", options.link, "NAME",
              "then make NAME, beside the checkpoint's directory, a link to it: to the best of several")
      .completes(Completion::nothing);
  arguments
      .option("--verify", options.verify, "TEXT",
              "size: nothing is hashed; full (default): by what digests the storage states, and hash for "
              "the receipt; hash: also what is there already")
      .one_of({"size", "full", "hash"});
  arguments.flag("--sha256", options.sha256, "also write SHA256SUMS, for sha256sum -c");
  arguments.flag("--force", options.force, "take a target that holds something else");
  arguments.flag("--no-sync", options.no_sync, "do not wait until the files are on the disk");
}

storage::TransferOptions transfer_options(const DownloadOptions& options) {
  using storage::Verify;
  const auto verify = options.verify == "size"   ? Verify::size
                      : options.verify == "hash" ? Verify::hash
                                                 : Verify::full;
  return {.verify = verify,
          .sha256 = options.sha256,
          .sync = !options.no_sync,
          .force = options.force,
          .include = options.include,
          .exclude = options.exclude};
}

storage::TransferLimits transfer_limits(const DownloadOptions& options, const Context& context) {
  storage::TransferLimits limits;
  if (options.jobs) {
    limits.connections = *options.jobs;
  } else if (const auto text = context.environment("DET_JOBS"); text && !text->empty()) {
    if (const auto why = no_jobs(*text); !why.empty()) throw bad_variable("DET_JOBS", why);
    limits.connections = *parse_jobs(*text);
  }
  if (options.bytes_a_second) {
    limits.bytes_a_second = *options.bytes_a_second;
  } else if (const auto text = context.environment("DET_LIMIT_RATE"); text && !text->empty()) {
    if (const auto why = no_rate(*text); !why.empty()) throw bad_variable("DET_LIMIT_RATE", why);
    limits.bytes_a_second = *parse_rate(*text);
  }
  return limits;
}

std::optional<std::uint64_t> parse_rate(std::string_view text) {
  std::uint64_t number = 0;
  const auto* const end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{}) return std::nullopt;
  const auto shift = next == end ? 0U : shift_of(*next);
  if (next != end && (shift == 0 || next + 1 != end)) return std::nullopt;
  if (number > std::numeric_limits<std::uint64_t>::max() >> shift) return std::nullopt;
  return number << shift;
}

}  // namespace det::commands
