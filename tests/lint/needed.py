#!/usr/bin/env python3
"""The program is loaded with few libraries: each costs more at start than a command takes.

    needed.py PROGRAM
"""

import re
import subprocess
import sys

import tree

ALLOWED = re.compile(r"lib(c|m|stdc\+\+|gcc_s|fmt|simdjson|isal|xxhash)\.so\.\d+|ld-linux-[\w-]+\.so\.\d+")
OF_SANITIZERS = re.compile(r"lib(asan|ubsan|tsan)\.so\.\d+")


def needed(program):
    dynamic = subprocess.run(["readelf", "-dW", program], capture_output=True, text=True, check=True).stdout
    return re.findall(r"\(NEEDED\).*\[(.+)\]", dynamic)


def main():
    libraries = needed(sys.argv[1])
    sanitized = any(map(OF_SANITIZERS.fullmatch, libraries))
    return tree.report(f"{name} is loaded at every start" for name in libraries if not ALLOWED.fullmatch(name)
                       and not (sanitized and re.match(r"lib(asan|ubsan|tsan|dl|pthread|rt)\.", name)))


sys.exit(main())
