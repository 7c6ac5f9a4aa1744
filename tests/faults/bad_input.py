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
from dataclasses import dataclass

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
import cluster as recorded  # noqa: E402
import forms  # noqa: E402
import generated  # noqa: E402
import matrix  # noqa: E402
import replay  # noqa: E402
from command_tree import read_tree  # noqa: E402
from lying_server import LyingServer  # noqa: E402
from replay_server import laid_out_storage  # noqa: E402
from sandbox import Sandbox  # noqa: E402

NOBODY = "http://127.0.0.1:1"
NOTHING = r"(?!)"  # no request matches it
# One sentence, and at most one line to copy. Only a change of policy says something before it can fail.
FAILURE = re.compile(rb"(?P<before>((?!det: )[^\n]*\n)*)det: [^\n]+\n(try: [^\n]+\n)?")
SAYS_FIRST = "set gc-policy"
FAILURE_MEMBERS = {"code", "message", "cause", "next", "retryable", "http_status"}
# What a terminal would obey: control characters but line ends, DEL, and the C1 block in UTF-8.
HARMFUL = re.compile(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|\xc2[\x80-\x9f]")
SETTINGS = re.compile(r"home/(\.config/(determined/(auth\.json(\.lock)?)?)?)?")
UNREPEATABLE = re.compile(r"(PATCH|POST) (?!/api/v1/auth/login)")
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


def success_problems(outcome):
    if outcome.status != 0:
        yield f"status {outcome.status}, not 0; stderr {outcome.stderr[:300]!r}"
    yield from harm(outcome)


def failure_problems(line, ended, statuses, streamed=b""):
    """`streamed`: what it prints in whole lines, as it reads, when nothing fails."""
    outcome, left = ended
    if outcome.status not in statuses:
        yield f"status {outcome.status}, not {sorted(statuses)}; stderr {outcome.stderr[:300]!r}"
    if outcome.stdout and not (streamed.startswith(outcome.stdout) and outcome.stdout.endswith(b"\n")):
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


@dataclass
class Granted:
    """One form of a command, and what it did in front of a master that grants everything."""

    line: str
    stdin: bytes
    requests: list  # "METHOD path"
    streamed: bytes
    problems: list

    @property
    def later(self):
        """(pattern, the first request that matches it) of each kind of request but the first."""
        kinds = {}
        for request in self.requests:
            pattern = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "[0-9a-f-]{36}", request)
            kinds.setdefault(re.sub(r"(?<=/)\d+(?=/|$)", r"\\d+", pattern), request)
        return list(kinds.items())[1:]


class Matrix:
    """The parts of the test; each yields (name, function that returns problems)."""

    def __init__(self, det, cluster, storage):
        self.det, self.cluster, self.storage, self.tree = det, cluster, storage, read_tree(det)
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            self.forms = list(pool.map(lambda asked: self._granted(*asked), forms.asking(self.tree)))

    def _honest(self):
        return LyingServer(self.cluster, self.storage, "html", NOTHING)

    def _granted(self, command, form):
        line = f"{command.path} {form.line}".rstrip()
        with self._honest() as server:
            outcome, _ = run(self.det, line, server.url, form.stdin)
            requests = [f"{method} {path}" for method, path, _ in server.play.requests]
            problems = [*success_problems(outcome), *server.play.problems]
            changes = server.play.changes
        reads = command.words[-1] in forms.READING or "--dry-run" in form.words
        if reads != (not changes) or not requests:
            problems.append(f"asked for {requests}")
        streamed = outcome.stdout if command.path in matrix.STREAMS else b""
        return Granted(line, form.stdin, requests, streamed, problems)

    def _lied_to(self, line, mode, statuses, pattern=matrix.EVERYTHING, stdin=b"", streamed=b""):
        def attempt():
            with LyingServer(self.cluster, self.storage, mode, pattern) as server:
                ended = run(self.det, line, server.url, stdin)
                changes = [change for change in server.play.changes if UNREPEATABLE.match(change)]
                ungranted = server.play.problems
            borne = statuses == {0}
            problems = success_problems(ended[0]) if borne else failure_problems(line, ended, statuses, streamed)
            return [*problems, *ungranted, *(["a change was asked for again"] if len(changes) > 1 else [])]

        return f"{line} | {mode} for {pattern}", attempt

    def granted(self):
        """Nothing is lied about, so that the other parts lie about answers that are right."""
        for form in self.forms:
            yield f"{form.line} | granted", lambda form=form: form.problems

    def usage(self):
        def attempt(line, said):
            with self._honest() as server:
                ended = run(self.det, line, server.url)
                asked = [f"asked the master: {request}" for request in server.play.requests]
            unsaid = [] if said.encode() in ended[0].stderr else [f"stderr does not say {said}: {ended[0].stderr!r}"]
            return [*failure_problems(line, ended, {2}), *unsaid, *asked]

        for line, said in [*((line, "") for line in matrix.USAGE), *generated.wrong_lines(self.tree)]:
            yield line, lambda line=line, said=said: attempt(line, said)

    def unknown(self):
        def attempt(line, statuses):
            with self._honest() as server:
                ended = run(self.det, line, server.url)
                ungranted = server.play.problems
            return [*failure_problems(line, ended, statuses), *ungranted]

        strange = dict.fromkeys(generated.unknown_lines(self.tree), {5})
        for line, statuses in {**strange, **matrix.UNKNOWN}.items():
            yield line, lambda line=line, statuses=statuses: attempt(line, statuses)

    def dead(self):
        for form in self.forms:
            yield f"{form.line} | nobody listens", lambda form=form: list(
                failure_problems(form.line, run(self.det, form.line, NOBODY, form.stdin), {9}))

    def lies(self):
        for form in self.forms:
            for mode in matrix.MODES:
                statuses = matrix.statuses(mode, form.requests)
                yield self._lied_to(form.line, mode, statuses, stdin=form.stdin, streamed=form.streamed)

    def later_lies(self):
        """Each kind of request that comes after another went well."""
        for form in self.forms:
            for pattern, request in form.later:
                for mode in matrix.MODES:
                    statuses = matrix.statuses(mode, [request])
                    yield self._lied_to(form.line, mode, statuses, pattern, form.stdin, form.streamed)

    def archives(self):
        for mode, statuses in matrix.ARCHIVE_MODES.items():
            yield self._lied_to(matrix.ARCHIVE_COMMAND, mode, statuses, matrix.ARCHIVE)
        yield self._lied_to("--timeout 1 " + matrix.ARCHIVE_COMMAND, "hang", {124}, matrix.ARCHIVE)

    def waiting(self):
        for form in self.forms:
            for mode in matrix.WAITING_MODES:
                statuses = matrix.waiting_statuses(mode, form.requests)
                yield self._lied_to("--timeout 1 " + form.line, mode, statuses, stdin=form.stdin, streamed=form.streamed)

    def patience(self):
        """A master that is busy once is asked again; a token that is refused is not tried for ever."""
        def attempt(line):
            with LyingServer(self.cluster, self.storage, "too_many_once", r"GET /api.*") as server:
                outcome, _ = run(self.det, line, server.url)
            return [] if outcome.status == 0 else [f"status {outcome.status}: {outcome.stderr!r}"]

        for line in ("experiment list", "experiment list-checkpoints 5", "trial describe 7", "user whoami"):
            yield f"{line} | busy once", lambda line=line: attempt(line)

    def hostile(self):
        def attempt(form):
            with LyingServer(self.cluster, self.storage, "hostile", r"\w+ /(api|experiments)/.*") as server:
                outcome, _ = run(self.det, form.line, server.url, form.stdin)
            if form.streamed and "--json" not in form.line:
                outcome.stdout = b""  # piped, a log leaves as the master sent it; on a terminal: logs.py
            return list(harm(outcome))

        for form in self.forms:
            yield f"{form.line} | hostile names", lambda form=form: attempt(form)


PARTS = ("granted", "usage", "unknown", "dead", "lies", "later_lies", "archives", "waiting", "patience", "hostile")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--det", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    cluster = recorded.recorded_cluster()
    failed = 0
    with laid_out_storage(cluster) as storage:
        trials = Matrix(arguments.det, cluster, storage)
        attempts = [attempt for part in arguments.parts or PARTS for attempt in getattr(trials, part)()]
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for (name, _), problems in zip(attempts, pool.map(lambda attempt: attempt[1](), attempts)):
                if problems:
                    failed += 1
                    print(f"{name}:", *problems, sep="\n  ")
    print(f"{len(attempts) - failed} of {len(attempts)} attempts ended as they should")
    return 1 if failed else 0


sys.exit(main())
