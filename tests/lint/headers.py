#!/usr/bin/env python3
"""Each header can be included alone.

    headers.py --compiler CXX

A header that its own source file includes first is proven by the build; the others are compiled here, one by one.
"""

import argparse
import concurrent.futures
import os
import re
import subprocess
import sys

import tree

FLAGS = ("-std=c++20", "-fsyntax-only", "-x", "c++", f"-I{tree.ROOT}")


def first_include(path):
    return next((match[1] for line in tree.lines(path) if (match := re.match(r'#include ["<](.+)[">]', line))), None)


def is_proven(header):
    source = header.with_suffix(".cpp")
    return (tree.ROOT / source).exists() and first_include(source) == str(header)


def compiled(compiler, header):
    """The compiler's complaint; nothing when there is none."""
    done = subprocess.run([compiler, *FLAGS, "-"], input=f'#include "{header}"\n', capture_output=True, text=True)
    return f"{header} cannot be included alone:\n{done.stderr}" if done.returncode else None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", default="c++")
    compiler = parser.parse_args().compiler
    headers = tree.files(".hpp", below=tree.LAYERS)
    problems = [f"{header}: the include guard is #pragma once" for header in headers
                if "#pragma once" not in tree.lines(header)]
    problems += [f"{header.with_suffix('.cpp')}: its own header comes first" for header in headers
                 if (tree.ROOT / header.with_suffix(".cpp")).exists() and not is_proven(header)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        unproven = [header for header in headers if not is_proven(header)]
        problems += filter(None, pool.map(lambda header: compiled(compiler, header), unproven))
    return tree.report(problems)


sys.exit(main())
