#!/usr/bin/env python3
"""Every C++ file stands as clang-format 14 writes it."""

import shutil
import subprocess
import sys

import tree

FORMATTER = "clang-format-14"
SKIPPED = 77


def main():
    if not shutil.which(FORMATTER):
        print(f"skipped: {FORMATTER} is not installed")
        return SKIPPED
    command = [FORMATTER, "--dry-run", "--Werror", *map(str, tree.files(".hpp", ".cpp"))]
    return subprocess.run(command, cwd=tree.ROOT, check=False).returncode


sys.exit(main())
