#!/usr/bin/env python3
"""det asks, prints and ends as the official client does: each case of verb_cases_*.py with both, against one master; and
every command that both have is compared.

Without the official client installed it is skipped by name (status 77).
"""

import argparse
import importlib
import pathlib
import sys
import threading

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
import recordings  # noqa: E402
from command_tree import read_tree  # noqa: E402
from official import PEER, SKIPPED, Client, peer_python  # noqa: E402
from official_tree import official_tree, paths  # noqa: E402
from sandbox import Sandbox  # noqa: E402
from verb_case import answer, refusal  # noqa: E402
from wire_http import Server  # noqa: E402

TOKEN = "v2.public.verbs"
# Officially they start containers. What ours start, the official client judges in embedded_cli.py.
OTHERS = "deploy local"
USER = {"id": 2, "username": "determined", "admin": False, "active": True, "displayName": "", "remote": False}
# What each client asks in its own way to start a session: answered, and not compared.
SESSION = {
    "GET /info": answer({"cluster_id": "a8f098c5-5f78-45bc-9a67-e09a48ec3833", "version": "0.38.1"}),
    "GET /api/v1/me": answer({"user": USER}),
    "GET /api/v1/master": answer({
        "version": "0.38.1", "masterId": "a8f098c5-5f78-45bc-9a67-e09a48ec3833",
        "clusterId": "a8f098c5-5f78-45bc-9a67-e09a48ec3833", "clusterName": "", "telemetryEnabled": False,
        "ssoProviders": [], "externalLoginUri": "", "externalLogoutUri": "", "branding": "determined",
        "rbacEnabled": False, "product": "PRODUCT_UNSPECIFIED", "featureSwitches": [], "userManagementEnabled": True,
        "strictJobQueueControl": False, "hasCustomLogo": False}),
    "POST /api/v1/auth/login": answer({"token": TOKEN, "user": USER}),
}


class RecordingServer(Server):
    """Answers what a case says, and remembers what was asked: `asked` and, of it, what has no answer: `unknown`."""

    def __init__(self):
        super().__init__(self.respond)
        self.lock = threading.Lock()
        self.begin({})

    def begin(self, answers):
        listed = {what: list(given) if isinstance(given, list) else [given] for what, given in answers.items()}
        with self.lock:
            self.answers, self.asked, self.unknown = listed, [], []

    def respond(self, request):
        what = f"{request.method} {request.path}"
        with self.lock:
            if what not in SESSION:
                self.asked.append((what, request.query, request.json()))
            given = self.answers.get(what)
            if given:
                return given.pop(0) if len(given) > 1 else given[0]
            if what in SESSION:
                return SESSION[what]
            self.unknown.append(what)
            return refusal(501, "Unimplemented", f"the case has no answer to {what}")


def contents(sandbox, names):
    """Path below the working directory -> bytes, of each named file and of each file in a named folder."""
    found = {}
    for name in names:
        place = sandbox.work / name
        inside = [path for path in place.rglob("*") if path.is_file()] if place.is_dir() else [place]
        found.update({str(path.relative_to(sandbox.work)): path.read_bytes() for path in inside if path.exists()})
    return found


class Pair:
    """Both clients and the master that they ask."""

    def __init__(self, det, client, server):
        self.det, self.client, self.server = det, client, server

    def theirs(self, case):
        with self._place(case) as sandbox:
            environment = sandbox.environment(COLUMNS="200")
            done = (self.client.call(case.sdk, sandbox, environment) if case.sdk
                    else self.client.run(case.argv, sandbox, environment, case.stdin))
            return self._outcome(case, sandbox, done["status"], done["stdout"], done["stderr"])

    def ours(self, case):
        with self._place(case) as sandbox:
            done = sandbox.piped([self.det, *case.argv], sandbox.environment(COLUMNS="200"), case.stdin.encode())
            return self._outcome(case, sandbox, done.status, done.stdout.decode(), done.stderr.decode())

    def _place(self, case):
        self.server.begin(case.answers)
        sandbox = Sandbox(self.server.url)
        sandbox.write_token(TOKEN, "determined")
        for folder in case.folders:
            (sandbox.work / folder).mkdir()
        return sandbox

    def _outcome(self, case, sandbox, status, stdout, stderr):
        requests = [request for request in self.server.asked if request[0] not in case.reads]
        return {"requests": requests, "unknown": self.server.unknown, "failed": status != 0, "status": status,
                "stdout": stdout.replace(str(sandbox.root), "SANDBOX"), "stderr": stderr,
                "files": contents(sandbox, case.files)}


def problems_of(pair, case):
    """What went wrong, as lines; none when the case is met."""
    theirs, ours = pair.theirs(case), pair.ours(case)
    problems = [f"{what} has no answer" for what in sorted({*theirs["unknown"], *ours["unknown"]})]
    problems += [f"{name} without contents" for name in case.files if not contents_below(theirs, name)]
    printed = ("failed",) if case.sdk else ("stdout", "failed")
    shown = {part for part in printed if theirs[part] != ours[part]}
    compared = {"requests", "files"}
    if case.differs:
        problems += problems_of_difference(case.differs, shown, ours)
    else:
        compared |= shown
    for part in sorted(compared):
        if theirs[part] != ours[part]:
            problems.append(f"{part}: det {ours[part]!r}\n    officially {theirs[part]!r}")
    if problems:
        problems.append(f"stderr: det {ours['stderr']!r}\n    officially {theirs['stderr']!r}")
    return problems


def problems_of_difference(difference, shown, ours):
    if not shown:
        yield f"there is no difference any more: {difference.why}"
    for part in ("status", "stdout"):
        if ours[part] != getattr(difference, part):
            yield f"{part}: det {ours[part]!r}, and {getattr(difference, part)!r} is wanted: {difference.why}"


def contents_below(outcome, name):
    return [path for path in outcome["files"] if path == name or path.startswith(name.rstrip("/") + "/")]


def all_cases():
    modules = sorted(path.stem for path in pathlib.Path(__file__).resolve().parent.glob("verb_cases_*.py"))
    return [case for module in modules for case in importlib.import_module(module).CASES]


def uncompared(det, python, cases):
    """Commands that both tools have, and that neither a case nor a recording is about."""
    tree, official = read_tree(det), set(paths(official_tree(python)))
    recorded = [recordings.read_case(name).command.argv for name in recordings.case_names()]
    lines = [case.argv for case in cases] + [argv for argv in recorded if not {"-h", "--help"} & set(argv)]
    compared = {command.path for line in lines if (command := tree.command_of(line))}
    return [command.path for command in tree.commands if command.path in official and command.path not in compared
            and not command.path.startswith(OTHERS)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--det", required=True)
    parser.add_argument("names", nargs="*", help="cases; all without")
    arguments = parser.parse_args()
    python = peer_python()
    if not python:
        print(f"skipped: {PEER} is not installed")
        return SKIPPED
    det = pathlib.Path(arguments.det).resolve()
    cases = [case for case in all_cases() if not arguments.names or case.name in arguments.names]
    missing = [] if arguments.names else uncompared(det, python, cases)
    print(*(f"{path}: no case compares it" for path in missing), sep="\n", end="\n" if missing else "")
    failed = 0
    with RecordingServer() as server:
        pair = Pair(det, Client(python, server.url), server)
        for case in cases:
            if problems := problems_of(pair, case):
                failed += 1
                print(f"{case.name}:", *problems, sep="\n  ")
    excused = sum(bool(case.differs) for case in cases)
    print(f"{len(cases) - failed} of {len(cases)} commands as with {PEER}; {excused} print otherwise on purpose")
    return 1 if failed or missing or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
