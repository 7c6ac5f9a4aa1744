#!/usr/bin/env python3
"""Turns a directory of recordings (cli-NN-name.json, probe-NN-name.json) into golden cases and the pool.

    import_recordings.py DIRECTORY

Overwrites what the recordings hold, never our own expected files. Run once for each new set of recordings.
"""

import json
import re
import shlex
import sys
from pathlib import Path

GOLDEN = Path(__file__).resolve().parent
# Recorded commands that det does not serve yet; their answers still feed the pool.
POOL_ONLY = re.compile(r"probe-|cli-(132|15\d|16\d|185)-")
# The command that a recording needs to have run before, in the same directory.
BEFORE = {"cli-74": "det checkpoint download 6d4cac45-372e-4c14-afa7-297945a35bd0 -o outq -q"}
# Recorded after `user login`, so that the token file named an active user.
ACTIVE = ("cli-196", "cli-197")
NOBODY_LISTENS = ("cli-11",)


def slim(exchange):
    request, response = exchange["request"], exchange["response"]
    headers = {name: value for name, value in request["headers"].items()
               if name not in ("User-Agent", "Accept-Encoding")}
    return {"request": {"method": request["method"], "path": request["path"], "query": request["query"],
                        "headers": headers, "body": request["body"]},
            "response": {key: response[key] for key in ("status", "headers", "body")}}


def write_exchanges(path, peer, exchanges):
    lines = ",\n".join(json.dumps(slim(e), separators=(",", ":"), ensure_ascii=False) for e in exchanges)
    path.write_text('{"peer":%s,"recorded":"2026-11-20","exchanges":[\n%s]}\n' % (json.dumps(peer), lines))


def token_state(recording, environment):
    for exchange in recording["exchanges"]:
        if "Authorization" in exchange["request"]["headers"] and "DET_USER_TOKEN" not in environment:
            return "expired" if exchange["response"]["status"] == 401 else "cached"
        if exchange["request"]["path"].endswith("/login"):
            return ""
    return ""


def cmd_text(name, recording):
    line, _, stdin = recording["command"].partition("   # stdin: ")
    words = shlex.split(line)
    environment = dict(word.split("=", 1) for word in words[:words.index("det")])
    lines = [f"env {key}={value}" for key, value in environment.items()]
    number = name[:name.index("-", 4)]
    if token := token_state(recording, environment):
        lines.append(f"token {token}")
    if number in ACTIVE:
        lines.append("active determined")
    if number in NOBODY_LISTENS:
        lines.append("master nobody")
    if number in BEFORE:
        lines.append("before " + BEFORE[number])
    lines.append("run " + shlex.join(words[words.index("det"):]))
    if stdin:
        text = stdin.strip("'").encode().decode("unicode_escape")
        lines.append("stdin " + json.dumps(text))
    return "\n".join(lines) + "\n"


def write_case(name, recording):
    directory = GOLDEN / name
    directory.mkdir(exist_ok=True)
    (directory / "cmd").write_text(cmd_text(name, recording))
    (directory / "stdout").write_bytes(recording["stdout"].encode())
    (directory / "stderr").write_bytes(recording["stderr"].encode())
    (directory / "status").write_text(f"{recording['status']}\n")
    write_exchanges(directory / "exchanges.json", recording["peer"], recording["exchanges"])


def main():
    (GOLDEN / "pool").mkdir(exist_ok=True)
    for path in sorted(Path(sys.argv[1]).glob("*.json")):
        recording = json.loads(path.read_text())
        if POOL_ONLY.match(path.name):
            write_exchanges(GOLDEN / "pool" / path.name, recording["peer"], recording["exchanges"])
        else:
            write_case(path.stem, recording)


main()
