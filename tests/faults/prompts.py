#!/usr/bin/env python3
"""Every command that asks, asked in six ways: only a yes changes anything, questions stand on stderr, and what ends
without an answer ends with 12, after Ctrl-C with 130.

    prompts.py --det PROGRAM
"""

import argparse
import os
import pathlib
import select
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
import cluster as recorded  # noqa: E402
import replay  # noqa: E402
from command_tree import read_tree  # noqa: E402
from granting import GrantingPlay  # noqa: E402
from replay_server import ReplayServer, laid_out_storage  # noqa: E402
from sandbox import Outcome, Sandbox  # noqa: E402

UUID = "fca3e11f-4d58-4b94-ba3a-cc9cbca52383"
POLICY = "--save-experiment-best 1 --save-trial-best 1 --save-trial-latest 1"


@dataclass
class Asking:
    """A command that asks: the request that the answer `yes` leads to, and the answer that declines, if there is one."""

    line: str
    change: str
    yes: bytes = b"maybe\nYES\n"
    no: bytes = b"maybe\nno\n"
    question: bytes = b"[y/n]: "


COMMANDS = (
    Asking("experiment delete 5", "DELETE /api/v1/experiments/5"),
    Asking(f"experiment set gc-policy 17 {POLICY}", "PATCH /api/v1/experiments/17"),
    Asking(f"checkpoint delete {UUID}", "DELETE /api/v1/checkpoints"),
    Asking(f"checkpoint rm {UUID} --glob *", "POST /api/v1/checkpoints/rm"),
    Asking("user login determined", "POST /api/v1/auth/login", replay.PASSWORD.encode() + b"\n", b"", b"Password"),
)


class Scene:
    """One command in front of a fresh master, in a place of its own."""

    def __init__(self, det, server, asking):
        self.det, self.server, self.asking = det, server, asking

    def argv(self, *flags):
        return [self.det, *flags, *shlex.split(self.asking.line)]

    def _placed(self, run):
        """(outcome, changes)"""
        self.server.play = GrantingPlay(self.server.cluster, self.server.storage)
        with Sandbox(self.server.url) as sandbox:
            sandbox.write_token(replay.TOKEN)
            outcome = run(sandbox)
        return outcome, self.server.play.changes

    def by_pipe(self, typed, *flags):
        return self._placed(lambda sandbox: sandbox.piped(self.argv(*flags), stdin=typed))

    def on_terminal(self, typed, *flags):
        return self._placed(lambda sandbox: sandbox.on_terminals(self.argv(*flags), typed=typed))

    def signalled(self):
        """By a pipe that stays open, at the question."""
        return self._placed(self._signalled)

    def _signalled(self, sandbox):
        process = subprocess.Popen(self.argv(), cwd=sandbox.work, env=sandbox.environment(), stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        told, deadline = b"", time.monotonic() + 20
        while self.asking.question not in told and time.monotonic() < deadline:
            if select.select([process.stderr], [], [], 0.1)[0]:
                told += os.read(process.stderr.fileno(), 65_536)
        process.send_signal(signal.SIGINT)
        try:
            out, rest = process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            out, rest = process.communicate()
        return Outcome(process.returncode, out, told + rest)


def problems_of(asking, ended, status, asked=True):
    outcome, changes = ended
    wanted = [asking.change] if status == 0 else []
    if outcome.status != status:
        yield f"status {outcome.status}, not {status}; stderr {outcome.stderr[-300:]!r}"
    if changes != wanted:
        yield f"changes {changes}, not {wanted}"
    if (asking.question in outcome.stderr) != asked:
        yield f"it {'did not ask' if asked else 'asked'} on stderr: {outcome.stderr[-300:]!r}"
    if status != 0 and outcome.stdout:
        yield f"stdout {outcome.stdout[:200]!r}"
    if asking.question in outcome.stdout:
        yield f"it asked on stdout: {outcome.stdout[:200]!r}"


def ways(scene):
    """(name, problems) of each way."""
    asking = scene.asking
    yield "on a terminal", problems_of(asking, scene.on_terminal(asking.yes), 0)
    yield "by pipe", problems_of(asking, scene.by_pipe(asking.yes), 0)
    yield "end of input by pipe", problems_of(asking, scene.by_pipe(b""), 12)
    yield "end of input on a terminal", problems_of(asking, scene.on_terminal(b""), 12)
    if asking.no:
        yield "declined by pipe", problems_of(asking, scene.by_pipe(asking.no), 12)
        yield "declined on a terminal", problems_of(asking, scene.on_terminal(asking.no), 12)
    yield "Ctrl-C on a terminal", problems_of(asking, scene.on_terminal(b"\x03"), 130)
    yield "SIGINT with a pipe", problems_of(asking, scene.signalled(), 130)
    yield "--no-input by pipe", problems_of(asking, scene.by_pipe(asking.yes, "--no-input"), 12, asked=False)
    yield "--no-input on a terminal", problems_of(asking, scene.on_terminal(asking.yes, "--no-input"), 12, asked=False)


def unlisted(det):
    """Commands with --yes that the table lacks."""
    for command in read_tree(det).commands:
        asks = any("--yes" in argument["names"] for argument in command.arguments)
        if asks and not any(asking.line.startswith(command.path + " ") for asking in COMMANDS):
            yield command.path


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--det", required=True)
    det = str(pathlib.Path(parser.parse_args().det).resolve())
    tried, failed = 0, [f"{path}: asks, and is not tried" for path in unlisted(det)]
    cluster = recorded.recorded_cluster()
    with laid_out_storage(cluster) as storage, ReplayServer(cluster, storage) as server:
        for asking in COMMANDS:
            for way, problems in ways(Scene(det, server, asking)):
                tried += 1
                failed += [f"{asking.line} | {way}: {problem}" for problem in problems]
    print(*failed, sep="\n", end="\n" if failed else "")
    print(f"{len(COMMANDS)} commands that ask, {tried} attempts, {len(failed)} problems")
    return 1 if failed else 0


sys.exit(main())
