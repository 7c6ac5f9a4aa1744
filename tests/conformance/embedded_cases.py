"""The recorded commands, played against the recorded cluster in an embedded master, and judged against what was recorded.

Times and the names that a master gives itself (of tasks and jobs) are not the same twice: they count as equal where
their width is.
"""

import argparse
import contextlib
import os
import pathlib
import re
import sys

from embedded import HERE, TESTS, embedded

sys.path.insert(0, str(TESTS / "golden"))
import recordings  # noqa: E402
import replay  # noqa: E402
import run_golden  # noqa: E402
from importer import Importer  # noqa: E402
from local_master import PASSWORD  # noqa: E402
from replay_server import laid_out_storage  # noqa: E402
from sandbox import Sandbox  # noqa: E402

# Each failed login costs twice as long as the last one: a few on each master. A change is the last on its master.
WRONG_PASSWORDS = (("cli-21", "cli-22", "cli-27"), ("cli-130", "cli-191", "cli-192"))
CHANGES = (("cli-144", "cli-142"), ("cli-141",))
UUID = rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
TIME = re.compile(rb"\d{4}-\d\d-\d\d([ T])\d\d:\d\d:\d\d(\+0000|\.\d+Z)")
GIVEN_NAMES = (re.compile(rb"(\b\d+\.)" + UUID), re.compile(rb'("jobId": ")' + UUID),
               re.compile(rb'("?experiment_seed"?: )\d+'))
# Experiment 18 was made after lists had been recorded.
LATER_EXPERIMENT = re.compile(rb"^[^\n]*\b18\b[^\n]*\bdetermined\b[^\n]*\bstates\b[^\n]*\n", re.MULTILINE)


def comparable(text):
    """Without what differs from one master to another."""
    text = TIME.sub(lambda match: b"TIME".ljust(len(match[0]) if match[1] == b" " else 4), text)
    for pattern in GIVEN_NAMES:
        text = pattern.sub(rb"\1NAME", text)
    return LATER_EXPERIMENT.sub(b"", text)


class Place:
    """What run_golden wants of a server: here it is an embedded master."""

    def __init__(self, embedded_master, cluster):
        self.embedded, self.cluster = embedded_master, cluster
        self.url, self.problems = embedded_master.master.url, []

    def begin(self, _case):
        """Each command gets a session of its own, which it may end."""
        login = {"username": "determined", "password": PASSWORD}
        replay.TOKEN = self.embedded.rest("POST", "/api/v1/auth/login", login)["token"]
        return self

    def as_recorded(self, data):
        data = data.replace(str(self.embedded.storage).encode(), b"/lab/storage")
        return data.replace(self.url.encode(), b"http://MASTER:PORT")


@contextlib.contextmanager
def recorded_place(det, cluster):
    with laid_out_storage(cluster) as folder:
        storage = pathlib.Path(folder).resolve()
        with embedded(det, storage) as master:
            importer = Importer(master.rest, cluster, storage)
            importer.experiments(sorted(cluster.experiments))
            importer.model("reg-model")
            yield Place(master, cluster)


class Theirs:
    """The official client, which must print what it printed."""

    name = "theirs"

    def play(self, place, case):
        """stream -> (found, expected)"""
        command = case.command
        place.begin(case)
        nobody = ["-m", run_golden.NOBODY] if not command.has_master else []
        with Sandbox(place.url) as sandbox:
            replay.seed_token(sandbox, command)
            environment = sandbox.environment(COLUMNS="200", **command.environment)
            for before in command.before:
                place.embedded.client.run(before, sandbox, environment, "")
            done = place.embedded.client.run(nobody + command.argv, sandbox, environment, command.stdin)
            stdout = place.as_recorded(done["stdout"].encode())
        return {"stdout": (stdout, case.recorded("stdout")), "status": (done["status"], case.status)}


class Ours:
    """Our program, which must print what it prints when the recordings are replayed."""

    name = "ours"

    def __init__(self, det):
        self.det, self.excepted = str(det), run_golden.exceptions()

    def play(self, place, case):
        expected = run_golden.expected_of(case, case.name in self.excepted)
        run = run_golden.Run(self.det, place, case, on_terminals=False)
        return {"stdout": (run.stdout, expected.stdout), "status": (run.outcome.status, expected.status),
                "stderr": (run.stderr, expected.stderr), "traces": ("\n".join(run.problems), "")}


def as_text(value):
    return comparable(value).decode(errors="replace") if isinstance(value, bytes) else f"{value}"


def exceptions(who):
    """case -> (the streams that differ, why)"""
    lines = (HERE / "EXCEPTIONS").read_text().splitlines()
    rows = (line.split(None, 3) for line in lines if line and not line.startswith("#"))
    return {case: (streams.split(","), why) for whose, case, streams, why in rows if whose == who}


def unmet(who, case, streams, excepted):
    """What is wrong with the streams, as lines. An excepted one must be what stands in `excepted/`."""
    for stream, (found, recorded) in streams.items():
        found, expected = as_text(found), as_text(recorded)
        if stream in excepted:
            file = HERE / "excepted" / f"{who}-{case}.{stream}"
            if found == expected:
                yield f"no exception: its {stream} is as recorded"
            if os.environ.get("DET_GOLDEN_UPDATE"):
                file.write_text(found)
            expected = file.read_text()
        if found != expected:
            yield f"{stream} is\n{found}\nnot\n{expected}"


def groups(names):
    """Names of cases that share a master, in order."""
    def those(numbers):
        return [name for number in numbers for name in names if name.startswith(number + "-")]

    wrong, changes = [those(numbers) for numbers in WRONG_PASSWORDS], [those(numbers) for numbers in CHANGES]
    special = {name for group in wrong + changes for name in group}
    ordinary = [name for name in names if name not in special]
    return [group for group in [ordinary + changes[0], *changes[1:], *wrong] if group]


def judge_recordings(player, arguments, cluster):
    """Plays the recorded cases; the exit status."""
    names, excepted, failed = arguments.cases or recordings.case_names(), exceptions(player.name), 0
    for group in groups(names):
        with recorded_place(arguments.det, cluster) as place:
            for name in group:
                streams = player.play(place, recordings.read_case(name))
                if problems := list(unmet(player.name, name, streams, excepted.get(name, ((),))[0])):
                    failed += 1
                    print(f"{name}:", *problems, sep="\n  ")
    held = [name for name in names if name in excepted]
    if arguments.v:
        print(*(f"exception: {name}: {excepted[name][1]}" for name in held), sep="\n")
    print(f"{player.name}: {len(names)} recordings compared, {len(names) - failed} passed, {len(held)} of them exceptions")
    return 1 if failed else 0


def parse_arguments(description):
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--det", required=True, type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("-v", action="store_true", help="list the exceptions")
    parser.add_argument("cases", nargs="*", help="recordings; all without")
    return parser.parse_args()
