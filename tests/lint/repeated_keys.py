#!/usr/bin/env python3
"""No dictionary of a test names a key twice: the first value would be lost without a word."""

import ast
import sys

import tree


def problems_of(path):
    for node in ast.walk(ast.parse((tree.ROOT / path).read_text())):
        keys = [key for key in node.keys if key] if isinstance(node, ast.Dict) else []  # None: **another
        texts = [ast.dump(key) for key in keys]
        for at, key in enumerate(keys):
            if texts[at] in texts[:at]:
                yield f"{path}:{key.lineno}: {ast.unparse(key)} is there twice"


def main():
    return tree.report(problem for path in tree.files(".py") for problem in problems_of(path))


sys.exit(main())
