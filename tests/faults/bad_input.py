#!/usr/bin/env python3
"""Bad lines, unknown ids and masters that lie, for every command: one sentence, the right status, nothing left.

    bad_input.py --det PROGRAM [PART...]
"""

import argparse
import concurrent.futures
import json
import pathlib
import re
import shlex
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
import cluster as recorded  # noqa: E402
import forms  # noqa: E402
import matrix  # noqa: E402
import replay  # noqa: E402
from command_tree import read_tree  # noqa: E402
from lying_server import LyingServer  # noqa: E402
from replay_server import ReplayServer, laid_out_storage  # noqa: E402
from sandbox import Sandbox  # noqa: E402

NOBODY = "http://127.0.0.1:1"
# One sentence, and at most one line to copy. Only a change of policy says something before it can fail.
FAILURE = re.compile(rb"(?P<before>((?!det: )[^\n]*\n)*)det: [^\n]+\n(try: [^\n]+\n)?")
SAYS_FIRST = "set gc-policy"
FAILURE_MEMBERS = {"code", "message", "cause", "next", "retryable", "http_status"}
# What a terminal would obey: control characters but line ends, DEL, and the C1 block in UTF-8.
HARMFUL = re.compile(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|\xc2[\x80-\x9f]")
SETTINGS = re.compile(r"home/(\.config/(determined/(auth\.json(\.lock)?)?)?)?")
PEAK_KIB = 400_000
AT_ONCE = 16


def leftovers(sandbox):
    return [name for name in sandbox.files() if not SETTINGS.fullmatch(name)]


def run(det, line, url, stdin=b""):
    """(outcome, what it left) of one command."""
    with Sandbox(url) as sandbox:
        sandbox.write_token(replay.TOKEN)
        outcome = sandbox.piped([det, *shlex.split(line)], stdin=stdin, timeout=90)
        return outcome, leftovers(sandbox)


def is_one_failure(outcome, line):
    """One sentence; with --json one object that holds it."""
    if "--json" not in line:
        found = FAILURE.fullmatch(outcome.stderr)
        return found and (not found["before"] or SAYS_FIRST in line)
    try:
        failure = json.loads(outcome.stderr)
    except ValueError:
        return False
    return set(failure) == FAILURE_MEMBERS and failure["code"] == outcome.status and outcome.stderr.count(b"\n") == 1


def failure_problems(line, ended, statuses):
    outcome, left = ended
    if outcome.status not in statuses:
        yield f"status {outcome.status}, not {sorted(statuses)}; stderr {outcome.stderr[:300]!r}"
    if outcome.stdout:
        yield f"stdout is not empty: {outcome.stdout[:200]!r}"
    if not is_one_failure(outcome, line):
        yield f"stderr is not one sentence: {outcome.stderr[:600]!r}"
    if left:
        yield f"left behind: {left}"
    if outcome.peak_kib > PEAK_KIB:
        yield f"took {outcome.peak_kib} KiB of memory"
    yield from harm(outcome)


def harm(outcome):
    for name, data in (("stdout", outcome.stdout), ("stderr", outcome.stderr)):
        if found := HARMFUL.search(data):
            yield f"{name} holds {data[max(0, found.start() - 40):found.end() + 20]!r}"
        if name == "stderr" and re.search(rb"(?m)^FORGED", data):
            yield "a name made a line of its own in stderr"


class Matrix:
    """The parts of the test; each yields (name, function that returns problems)."""

    def __init__(self, det, cluster, storage, url):
        self.det, self.cluster, self.storage, self.url = det, cluster, storage, url
        self.lines = forms.lines_of(read_tree(det))

    def _lied_to(self, line, mode, statuses, pattern=matrix.EVERYTHING, stdin=b""):
        def attempt():
            with LyingServer(self.cluster, self.storage, mode, pattern) as server:
                problems = list(failure_problems(line, run(self.det, line, server.url, stdin), statuses))
                changes = [request for request in server.play.requests if request[0] == "PATCH"]
            return problems + ([f"{len(changes)} changes were asked for"] if len(changes) > 1 else [])

        return f"{line} | {mode} for {pattern}", attempt

    def usage(self):
        def attempt(line):
            with ReplayServer(self.cluster, self.storage) as server:
                problems = list(failure_problems(line, run(self.det, line, server.url), {2}))
                return problems + [f"asked the master: {request}" for request in server.play.requests]

        for line in matrix.USAGE:
            yield line, lambda line=line: attempt(line)

    def unknown(self):
        for line, statuses in matrix.UNKNOWN.items():
            yield line, lambda line=line, statuses=statuses: list(
                failure_problems(line, run(self.det, line, self.url), statuses))

    def dead(self):
        for line, stdin in self.lines:
            yield f"{line} | nobody listens", lambda line=line, stdin=stdin: list(
                failure_problems(line, run(self.det, line, NOBODY, stdin), {9}))

    def lies(self):
        for line, stdin in self.lines:
            for mode, statuses in matrix.MODES.items():
                if mode != "empty" or not line.startswith(matrix.EMPTY_IS_PROPER):
                    yield self._lied_to(line, mode, statuses, stdin=stdin)

    def later_lies(self):
        for pattern, lines in matrix.LATER_REQUESTS:
            for line in lines:
                for mode, statuses in matrix.MODES.items():
                    yield self._lied_to(line, mode, statuses, pattern)

    def archives(self):
        for mode, statuses in matrix.ARCHIVE_MODES.items():
            yield self._lied_to(matrix.ARCHIVE_COMMAND, mode, statuses, matrix.ARCHIVE)
        yield self._lied_to("--timeout 1 " + matrix.ARCHIVE_COMMAND, "hang", {124}, matrix.ARCHIVE)

    def waiting(self):
        for line, stdin in self.lines:
            for mode, statuses in matrix.WAITING_MODES.items():
                yield self._lied_to("--timeout 1 " + line, mode, statuses, stdin=stdin)

    def patience(self):
        """A master that is busy once is asked again; a token that is refused is not tried for ever."""
        def attempt(line):
            with LyingServer(self.cluster, self.storage, "too_many_once", r"GET /api.*") as server:
                outcome, _ = run(self.det, line, server.url)
            return [] if outcome.status == 0 else [f"status {outcome.status}: {outcome.stderr!r}"]

        for line in ("experiment list", "experiment list-checkpoints 5", "trial describe 7", "user whoami"):
            yield f"{line} | busy once", lambda line=line: attempt(line)

    def hostile(self):
        def attempt(line, stdin):
            with LyingServer(self.cluster, self.storage, "hostile", r"\w+ /(api|experiments)/.*") as server:
                outcome, _ = run(self.det, line, server.url, stdin)
            return list(harm(outcome))

        for line, stdin in self.lines:
            yield f"{line} | hostile names", lambda line=line, stdin=stdin: attempt(line, stdin)


PARTS = ("usage", "unknown", "dead", "lies", "later_lies", "archives", "waiting", "patience", "hostile")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--det", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    cluster = recorded.recorded_cluster()
    failed = 0
    with laid_out_storage(cluster) as storage, ReplayServer(cluster, storage) as server:
        trials = Matrix(arguments.det, cluster, storage, server.url)
        attempts = [attempt for part in arguments.parts or PARTS for attempt in getattr(trials, part)()]
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for (name, _), problems in zip(attempts, pool.map(lambda attempt: attempt[1](), attempts)):
                if problems:
                    failed += 1
                    print(f"{name}:", *problems, sep="\n  ")
    print(f"{len(attempts) - failed} of {len(attempts)} attempts ended as they should")
    return 1 if failed else 0


sys.exit(main())
