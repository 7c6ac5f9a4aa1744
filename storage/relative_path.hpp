#pragma once

#include <string>
#include <string_view>

namespace det::storage {

// The mark of completeness, at the top of a downloaded checkpoint.
inline constexpr std::string_view receipt_name = "det-receipt.json";
// The staging directory, where it must lie inside the target.
inline constexpr std::string_view partial_name = ".det-partial";

// Throws Error{integrity} unless `path` names something below the directory to which it is relative, in parts
// that any file system of Linux can hold: not empty, not absolute, no "." or ".." or empty part, no NUL,
// parts of at most 255 bytes, 4096 in all, and not our own staging directory. Any other byte is legal;
// messages show names by printable().
void require_relative(std::string_view path);

// Under which name a file of a checkpoint is kept on disk: its own, except that a payload's det-receipt.json
// (it was packed from a directory that an earlier download left) becomes det-receipt.json.from-checkpoint, so
// that no payload file is ever taken for our mark. Both occurring is a duplicate.
std::string stored_path(std::string_view path);

// A name for a message: control characters, what is not UTF-8, and characters that reorder text are shown as
// \xNN; a long name is cut in the middle. Nothing in it can move a terminal's cursor.
std::string printable(std::string_view name);

// Whether the bytes are well-formed UTF-8.
bool is_utf8(std::string_view bytes);

}  // namespace det::storage
