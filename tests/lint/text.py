#!/usr/bin/env python3
"""What stands in no file: places of one machine, package registries, notes to oneself, blanks at line ends."""

import re
import sys

import tree

# Each pattern is written so that it does not match itself.
FORBIDDEN = {
    r"(?<![\w.])/(roo[t]|wor[k]|hom[e]|User[s])/": "a path of one machine",
    r"\.\./share[d]": "a path outside the project",
    r"\b(pyp[i]|crate[s]|npmj[s]|rubygem[s])\.(org|io|com)\b": "the host of a package registry",
    r"\b(TOD[O]|FIXM[E]|XX[X])\b": "a note to oneself",
}
CODE = (".hpp", ".cpp", ".py", ".md", ".txt", ".cmake", ".sh")
# Bytes that others wrote.
RECORDED = re.compile(r"^tests/(golden/(cli-|pool/)|fixtures/)")


def problems_of(path):
    for number, line in enumerate(tree.lines(path), 1):
        for pattern, what in FORBIDDEN.items():
            if re.search(pattern, line):
                yield f"{path}:{number}: {what}: {line.strip()[:100]}"
        if path.suffix in CODE and not RECORDED.match(str(path)) and (line != line.rstrip() or "\t" in line):
            yield f"{path}:{number}: a tab, or blanks at the end of the line"


def main():
    return tree.report(problem for path in tree.files() for problem in problems_of(path))


sys.exit(main())
