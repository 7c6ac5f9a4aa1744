#!/usr/bin/env python3
"""No file over 400 lines, no function over 60."""

import ast
import re
import sys

import tree

FILE_LINES, FUNCTION_LINES = 400, 60
NOT_CODE = re.compile(r'(?m:^[ \t]*#(?:\\\n|[^\n])*)|//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|'
                      r"(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'", re.S)
CONTAINER = re.compile(r"^\s*(inline\s+)?(namespace|extern|enum)\b|^[^()=]*\b(class|struct|union)\b")


def blanked(text):
    """C++ without comments, literals and preprocessor lines, every line where it was."""
    return NOT_CODE.sub(lambda match: "\n" * match[0].count("\n"), text)


def cpp_functions(text):
    """(first line, last line) of each outermost function body with its heading."""
    depth_of_function, heading_start, stack = None, 0, []
    for at, character in enumerate(text):
        if character == "{":
            heading = text[heading_start:at]
            is_function = "(" in heading and not CONTAINER.search(heading) and depth_of_function is None
            if is_function:
                depth_of_function = len(stack)
            stack.append(heading_start + len(heading) - len(heading.lstrip()))
        elif character == "}" and stack:
            start = stack.pop()
            if depth_of_function == len(stack):
                depth_of_function = None
                yield text.count("\n", 0, start) + 1, text.count("\n", 0, at) + 1
        if character in "{};" and depth_of_function is None:
            heading_start = at + 1


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            yield node.lineno, node.end_lineno


def problems_of(path):
    text = (tree.ROOT / path).read_text()
    count = len(text.splitlines())
    if count > FILE_LINES:
        yield f"{path}: {count} lines, {FILE_LINES} at most"
    functions = python_functions(text) if path.suffix == ".py" else cpp_functions(blanked(text))
    for first, last in functions:
        if last - first + 1 > FUNCTION_LINES:
            yield f"{path}:{first}: a function of {last - first + 1} lines, {FUNCTION_LINES} at most"


def main():
    return tree.report(problem for path in tree.files(".hpp", ".cpp", ".py") for problem in problems_of(path))


if __name__ == "__main__":
    sys.exit(main())
