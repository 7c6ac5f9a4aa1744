#!/usr/bin/env python3
"""Every command answers --help with status 0, without a request and whatever lies in the settings.

    help.py PROGRAM
"""

import pathlib
import re
import sys

import tree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from sandbox import Sandbox  # noqa: E402
from wire_http import Response, Server  # noqa: E402

DECLARED = re.compile(r'constinit const Command \w+\{\s*"([^"]+)"')


def commands():
    return [path for file in tree.files(".cpp", below=("commands",))
            for path in DECLARED.findall((tree.ROOT / file).read_text())]


def forms(path):
    yield [*path.split(), "--help"]
    yield [*path.split(), "-h"]
    yield ["help", *path.split()]


def problems_of(det, line, server):
    with Sandbox(server.url) as sandbox:
        settings = sandbox.home / ".config"
        for name in ("det/config.toml", "determined/auth.json", "determined/certs.json"):
            (settings / name).parent.mkdir(parents=True, exist_ok=True)
            (settings / name).write_text("{ broken")
        before = sandbox.files()
        outcome = sandbox.piped([det, *line])
        if outcome.status != 0 or outcome.stderr or not outcome.stdout.strip():
            yield f"{line}: status {outcome.status}, stderr {outcome.stderr!r}, stdout {outcome.stdout[:80]!r}"
        if sandbox.files() != before:
            yield f"{line}: touched the settings"


def main():
    det = str(pathlib.Path(sys.argv[1]).resolve())
    asked = []
    found = commands()
    problems = [] if found else ["no command found"]
    with Server(lambda request: asked.append(request.target) or Response(500)) as server:
        nouns = sorted({path.rsplit(" ", 1)[0] for path in found})
        for path in [*nouns, *found]:
            for line in forms(path):
                problems += problems_of(det, line, server)
    return tree.report(problems + [f"asked the master: {target}" for target in asked])


sys.exit(main())
