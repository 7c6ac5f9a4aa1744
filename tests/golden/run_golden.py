#!/usr/bin/env python3
"""Replays every recorded command with our program: piped and in a terminal.

    run_golden.py --det PROGRAM [-v] [CASE...]

stdout is the recorded one, byte for byte, or the case stands in EXCEPTIONS and has its own files in CASE/ours. stderr
and statuses other than 0 are ours everywhere: CASE/ours/{stderr,status} hold what differs from the recording.
DET_GOLDEN_UPDATE=1 rewrites the files in ours; the difference is reviewed like code.
"""

import argparse
import os
import pathlib
import re
import shutil
import sys
from dataclasses import dataclass

GOLDEN = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(GOLDEN.parent / "support"))
import archives  # noqa: E402
import cluster as recorded  # noqa: E402
import recordings  # noqa: E402
import replay  # noqa: E402
from replay_server import ReplayServer, laid_out_storage  # noqa: E402
from sandbox import Sandbox  # noqa: E402

NOBODY = "http://127.0.0.1:1"
SECRETS = (replay.TOKEN.encode(), replay.EXPIRED_TOKEN.encode(), replay.PASSWORD.encode())
RECEIPT = "det-receipt.json"
# How fast a download was is not the same twice.
SPEED = re.compile(rb"[\d.]+[KMG]?B/s, in [\d:]+")


@dataclass
class Expected:
    stdout: bytes
    stderr: bytes
    status: int


def exceptions():
    """name -> (what is still compared, the line of CLI.md)."""
    lines = (GOLDEN / "EXCEPTIONS").read_text().splitlines()
    return {name: (compared, why) for name, compared, why in
            (line.split(None, 2) for line in lines if line and not line.startswith("#"))}


def expected_of(case, is_exception):
    ours = case.directory / "ours"

    def read(name, otherwise):
        return (ours / name).read_bytes() if (ours / name).exists() else otherwise

    stdout = read("stdout", b"") if is_exception else case.recorded("stdout")
    return Expected(stdout, read("stderr", b""), int(read("status", case.recorded("status"))))


def still_compared(mode, ours, official):
    """Whether what an exception leaves of the recorded stdout is met."""
    our_lines, official_lines = ours.splitlines(), official.splitlines()
    if mode == "path":
        return [line.strip() for line in our_lines[:2]] == [line.strip() for line in official_lines[:2]]
    if mode == "begins":
        return ours.startswith(official)
    if mode == "lines":
        return sorted(our_lines) == sorted(official_lines)
    if mode == "subset":
        rest = iter(official_lines)
        return all(line in rest for line in our_lines)
    return mode == "none"


class Run:
    """One case, once piped or once on terminals."""

    def __init__(self, det, server, case, on_terminals):
        self.case, self.server = case, server
        command = case.command
        play = server.begin(case)
        with Sandbox(server.url if command.has_master else NOBODY) as sandbox:
            replay.seed_token(sandbox, command)
            environment = sandbox.environment(**command.environment)
            for before in command.before:
                sandbox.piped([det, *before], environment)
            start = sandbox.on_terminals if on_terminals else sandbox.piped
            self.outcome = start([det, *command.argv], environment, command.stdin.encode())
            self.stdout = self.plain(self.outcome.stdout, sandbox)
            self.stderr = SPEED.sub(b"SPEED, in TIME", self.plain(self.outcome.stderr, sandbox))
            self.problems = list(play.problems) + list(self.misplaced(sandbox))
        self.problems += [f"a secret stands in the output: {secret[:12]!r}..." for secret in SECRETS
                          if secret in self.outcome.stdout + self.outcome.stderr]

    def plain(self, data, sandbox):
        data = self.server.as_recorded(data).replace(NOBODY.encode(), b"http://MASTER:PORT")
        data = data.replace(self.server.url.removeprefix("http://").encode(), b"MASTER:PORT")
        return data.replace(str(sandbox.work).encode(), b"/lab/work").replace(str(sandbox.home).encode(), b"/lab/home")

    def misplaced(self, sandbox):
        """What a command left that it should not have: anything but whole checkpoints with their receipts."""
        wholes = [path.parent for path in sandbox.work.rglob(RECEIPT)]
        for whole in wholes:
            yield from self.differences(whole)
        for path in sandbox.work.rglob("*"):
            if not any(path == whole or whole in path.parents or path in whole.parents for whole in wholes):
                yield f"left behind: {path.relative_to(sandbox.work)}"

    def differences(self, directory):
        found = {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}
        found.pop(RECEIPT)
        known = self.server.cluster.checkpoints.values()
        if not any(found == dict(archives.files(checkpoint)) for checkpoint in known):
            yield f"{directory.name} holds no checkpoint's files: {sorted(found)}"


def judged(run, expected, mode, on_terminals):
    """The problems of one run, as lines."""
    problems = list(run.problems)
    stdout = run.stdout.replace(b"\r\n", b"\n") if on_terminals else run.stdout
    wanted = expected.stdout
    if stdout != wanted:
        problems.append(f"stdout is\n{stdout.decode()}\nnot\n{wanted.decode()}")
    if not still_compared(mode, expected.stdout, run.case.recorded("stdout")):
        problems.append(f"our stdout breaks what the exception leaves ({mode})")
    if run.outcome.status != expected.status:
        problems.append(f"status {run.outcome.status}, not {expected.status}; stderr {run.stderr.decode()!r}")
    if not on_terminals and run.stderr != expected.stderr:
        problems.append(f"stderr is\n{run.stderr.decode()}\nnot\n{expected.stderr.decode()}")
    return problems


def rewrite(case, run, is_exception):
    """Our own expected files, where they differ from the recorded ones."""
    ours = case.directory / "ours"
    shutil.rmtree(ours, ignore_errors=True)
    files = {"stderr": run.stderr}
    if is_exception:
        files["stdout"] = run.stdout
    if run.outcome.status != case.status:
        files["status"] = b"%d\n" % run.outcome.status
    for name, content in files.items():
        if content or name == "stdout":
            ours.mkdir(exist_ok=True)
            (ours / name).write_bytes(content)


def play(det, server, name, mode):
    case = recordings.read_case(name)
    if os.environ.get("DET_GOLDEN_UPDATE"):
        rewrite(case, Run(det, server, case, on_terminals=False), mode is not None)
    expected = expected_of(case, mode is not None)
    problems = []
    if mode is not None and expected.stdout == case.recorded("stdout"):
        problems.append("no exception: the recorded stdout is met")
    for on_terminals in (False, True):
        run = Run(det, server, recordings.read_case(name), on_terminals)
        where = "on a terminal: " if on_terminals else "piped: "
        problems += [where + problem for problem in judged(run, expected, mode or "none", on_terminals)]
    return problems


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--det", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("-v", action="store_true", help="list the exceptions")
    parser.add_argument("cases", nargs="*")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    excepted = exceptions()
    names = arguments.cases or recordings.case_names()
    failed = len(unknown := sorted(set(excepted) - set(recordings.case_names())))
    print(*(f"{name}: no such case" for name in unknown), sep="")
    cluster = recorded.recorded_cluster()
    with laid_out_storage(cluster) as storage, ReplayServer(cluster, storage) as server:
        for name in names:
            if problems := play(arguments.det, server, name, excepted.get(name, (None,))[0]):
                failed += 1
                print(f"{name}:", *problems, sep="\n  ")
    met = [name for name in names if name in excepted]
    if arguments.v:
        print(*(f"exception: {name}: {' '.join(excepted[name])}" for name in met), sep="\n")
    print(f"golden: {len(names) - failed} of {len(names)} cases passed, {len(met)} of them exceptions, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
