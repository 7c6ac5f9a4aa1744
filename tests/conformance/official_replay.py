#!/usr/bin/env python3
"""The official client against our replay server prints what it printed against the real master.

This proves the server, not det. Without the official client installed it is skipped by name (status 77).
"""

import argparse
import pathlib
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
import cluster as recorded  # noqa: E402
import recordings  # noqa: E402
import replay  # noqa: E402
from official import PEER, SKIPPED, Client, peer_python  # noqa: E402
from replay_server import ReplayServer, laid_out_storage  # noqa: E402
from sandbox import Sandbox  # noqa: E402


def play(client, server, name):
    """What went wrong, as lines; none when the case is met."""
    case = recordings.read_case(name)
    command = case.command
    begun = server.begin(case)
    nobody = ["-m", "http://127.0.0.1:1"] if not command.has_master else []
    with Sandbox(server.url) as sandbox:
        replay.seed_token(sandbox, command)
        environment = sandbox.environment(COLUMNS="200", **command.environment)
        for before in command.before:
            client.run(before, sandbox, environment, "")
        done = client.run(nobody + command.argv, sandbox, environment, command.stdin)
    problems = list(begun.problems)
    stdout = server.as_recorded(done["stdout"].encode())
    if stdout != case.recorded("stdout"):
        problems.append(f"stdout is {stdout!r}, recorded {case.recorded('stdout')!r}")
    if done["status"] != case.status:
        problems.append(f"status is {done['status']}, recorded {case.status}; stderr {done['stderr']!r}")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="cases; all without")
    arguments = parser.parse_args()
    python = peer_python()
    if not python:
        print(f"skipped: {PEER} is not installed")
        return SKIPPED
    names, failed = arguments.names or recordings.case_names(), 0
    cluster = recorded.recorded_cluster()
    with laid_out_storage(cluster) as storage, ReplayServer(cluster, storage) as server:
        client = Client(python, server.url)
        for name in names:
            if problems := play(client, server, name):
                failed += 1
                print(f"{name}:", *problems, sep="\n  ")
    print(f"{len(names) - failed} of {len(names)} recordings reproduced by {PEER}")
    return 1 if failed else 0


sys.exit(main())
