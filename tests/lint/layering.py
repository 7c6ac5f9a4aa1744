#!/usr/bin/env python3
"""Who may include whom, as ARCHITECTURE.md says."""

import re
import sys

import tree

KNOWS = {
    "model": (),
    "wire": ("model",),
    "http": ("model",),
    "client": ("model", "wire", "http"),
    "storage": ("model", "http"),
    "sources": ("model", "client", "storage", "http"),  # http: the Cancellation that both of the others take
    "formatting": ("model",),
    "master": ("model", "wire", "storage"),
    "commands": ("model", "http", "client", "storage", "sources", "formatting", "master"),
    "cli": ("model", "http", "client", "storage", "sources", "formatting", "commands"),
}
# Library headers: who may include them in any file, and who in .cpp files only.
LIBRARIES = {
    r"curl/": (("http",), ()),
    r"microhttpd": (("master",), ()),
    r"simdjson": (("wire",), ()),
    r"nlohmann/": (("model", "wire"), ("http", "client", "storage", "formatting", "commands", "master")),
    r"archive": ((), ("storage",)),
    r"isa-l": ((), ("storage", "http")),
    r"openssl/": ((), ("wire", "storage", "master")),
    r"spdlog/": ((), ("master",)),
    r"yaml-cpp/": ((), ("master",)),
    r"toml\+\+": ((), ("cli",)),
    r"SQLiteCpp/|sqlite3": ((), ("master",)),
}
# Dear to compile: behind one source for commands, one for the line as a whole.
SOURCES_OF_CLI11 = ("commands/arguments.cpp", "cli/command_line.cpp")
STANDARD_STREAMS = re.compile(r"\bstd::(cout|cerr|clog)\b|\b(printf|puts|putchar)\(")
STREAM_OWNER = "cli/main.cpp"
HOMELESS = re.compile(r"(^|/)(utils?|common|helpers?|shared|misc)(/|\.|$)")


def problems_of(path):
    layer = path.parts[0]
    for number, line in enumerate(tree.lines(path), 1):
        where = f"{path}:{number}"
        if own := re.match(r'#include "(\w+)/', line):
            if own[1] != layer and own[1] not in KNOWS[layer]:
                yield f"{where}: {layer} must not know {own[1]}"
            if own[1] == "master" and layer == "commands" and path.parts[1] != "deploy":
                yield f"{where}: only commands/deploy knows the embedded master"
        if library := re.match(r"#include <([^>]+)>", line):
            yield from misplaced_library(path, library[1], where)
        if STANDARD_STREAMS.search(line) and str(path) != STREAM_OWNER:
            yield f"{where}: only {STREAM_OWNER} touches the standard streams"


def misplaced_library(path, header, where):
    if header.startswith("CLI/") and str(path) not in SOURCES_OF_CLI11:
        yield f"{where}: <{header}> belongs in {' and '.join(SOURCES_OF_CLI11)} only"
    for pattern, (anywhere, in_sources) in LIBRARIES.items():
        if re.match(pattern, header):
            allowed = path.parts[0] in anywhere or (path.suffix == ".cpp" and path.parts[0] in in_sources)
            if not allowed:
                yield f"{where}: <{header}> does not belong here"


def main():
    problems = [problem for path in tree.files(".hpp", ".cpp", below=tree.LAYERS) for problem in problems_of(path)]
    problems += [f"{path}: a name without a noun" for path in tree.files() if HOMELESS.search(str(path))]
    return tree.report(problems)


sys.exit(main())
