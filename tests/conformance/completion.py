#!/usr/bin/env python3
"""What the program offers to complete, and that bash, zsh and fish insert it: whole, quoted, and in time.

    completion.py --det PROGRAM [PART...]
"""

import argparse
import copy
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
sys.path.insert(0, str(TESTS / "support"))
import cluster as recorded  # noqa: E402
import replay  # noqa: E402
from interactive_shell import InteractiveShell  # noqa: E402
from lying_server import LyingServer  # noqa: E402
from peers import SKIPPED  # noqa: E402
from replay_server import ReplayServer, laid_out_storage  # noqa: E402
from sandbox import Sandbox  # noqa: E402
from wire_http import Response, Server  # noqa: E402

SCRIPTS = {"bash": "det.bash", "zsh": "_det", "fish": "det.fish"}
UUID = "fca3e11f-4d58-4b94-ba3a-cc9cbca52383"  # of trial 16
TIME_SECONDS = 0.3
PROCESS_SECONDS = 0.1  # what a loaded machine may add
# Names of metrics that a shell would take for something else, each with a first letter of its own.
HOSTILE = ["a$(touch PWNED)", "b'; touch PWNED; '", "c d", 'e"quote', "f`touch PWNED`", "g\\back", "h*?[x]",
           "i;touch PWNED", "j!!", "k{a,b}", "l:m=n", "o&touch PWNED", "p|touch PWNED", "q>PWNED", "r#s", "u~v", "w\u00e9"]
NEVER_OFFERED = ["--yes", "n\nx", "x\ty", "y\x1b[31m", "z\u202e"]

# What the shells run in place of the program: it completes with the real one and says when that has answered, and
# writes down what else it was called with.
RECORDER = """#!/usr/bin/env python3
import json, os, subprocess, sys
if sys.argv[1:2] == ["__complete"]:
    subprocess.run([os.environ["REAL_DET"], *sys.argv[1:]])
    open(os.environ["RECORD"] + ".answered", "w")
else:
    json.dump(sys.argv[1:], open(os.environ["RECORD"], "w"))
"""

# (typed, arguments that the completed line runs with)
INSERTED = [
    ("det exper", ["experiment"]),
    ("det experiment list-t", ["experiment", "list-trials"]),
    ("det t download 16 --late", ["t", "download", "16", "--latest"]),
    ("det e list --pages a", ["e", "list", "--pages", "all"]),
    ("det --color=al", ["--color=always"]),
    ("det e lc 12 --sort-by val_l", ["e", "lc", "12", "--sort-by", "val_loss"]),
    ("det e lc 12 --sort-by=val_l", ["e", "lc", "12", "--sort-by=val_loss"]),
    (f"det t download 16 --uuid {UUID[:8]}", ["t", "download", "16", "--uuid", UUID]),
    ("det e download 12 -o sub", ["e", "download", "12", "-o", "subfolder/"]),
    ("det e download 12 --output-dir=sub", ["e", "download", "12", "--output-dir=subfolder/"]),
    ("det --cacert cert", ["--cacert", "certificate.pem"]),
    ("det e download dir:sub", ["e", "download", "dir:subfolder/"]),
]


def hostile_server(cluster, storage):
    """The recorded cluster, but trial 16 has metrics with odd names."""
    play = replay.Play(cluster, storage)

    def answer(request):
        response = play.answer(request)
        if request.path != "/api/v1/trials/16":
            return response
        document = json.loads(response.body)
        summary = {name: {"count": 1} for name in [*HOSTILE, *NEVER_OFFERED]}
        document["trial"]["summaryMetrics"] = {"validation_metrics": summary}
        return Response(200, json.dumps(document).encode(), {"Content-Type": "application/json"})

    return Server(answer)


class Completion:
    """The parts of the test; each yields problems."""

    def __init__(self, det, cluster, storage):
        self.det, self.cluster, self.storage = det, cluster, storage

    def offered(self, url, *words, token=replay.TOKEN, seconds=5.0, **changes):
        """(candidates, outcome) of `det __complete`."""
        with Sandbox(url) as sandbox:
            if token:
                sandbox.write_token(token, "determined")
            before = sandbox.files()
            outcome = sandbox.piped([self.det, "__complete", "zsh", *words], sandbox.environment(**changes))
            assert outcome.status == 0 and not outcome.stderr, (words, outcome)
            assert outcome.seconds < seconds, (words, outcome)
            assert sandbox.files() == before, sandbox.files()
        return [line.split("\t")[0] for line in outcome.stdout.decode().splitlines()]

    def names(self):
        """Ids, metrics, labels and files come from the master."""
        yield from self._named(self.cluster, [
            (["e", "describe", "1"], "17"), (["e", "describe", "5,1"], "5,17"), (["e", "unarchive", ""], "13"),
            (["t", "lc", "16", "--sort-by", ""], "val_acc"), (["e", "lc", "12", "--sort-by", ""], "val_loss"),
            (["e", "label", "add", "5", ""], "green"), (["e", "label", "remove", "12", ""], "files"),
            (["t", "download", "16", "--uuid", ""], UUID), (["c", "cat", UUID, ""], "metadata.json")])
        searched = copy.copy(self.cluster)  # recorded as far as a search goes
        searched.listed_experiments = [row for row in self.cluster.listed_experiments
                                       if row["id"] in self.cluster.trial_lists]
        yield from self._named(searched, [(["t", "describe", ""], "16"), (["c", "describe", UUID[:4]], UUID)])

    def _named(self, cluster, cases):
        with ReplayServer(cluster, self.storage) as server:
            for words, wanted in cases:
                found = self.offered(server.url, *words)
                if wanted not in found:
                    yield f"{words}: {wanted} is not among {found}"
                kept = words[-1]
                if strangers := [name for name in found if not name.startswith(kept)]:
                    yield f"{words}: {strangers} do not begin as typed"
            changes = [request for request in server.play.requests if request[0] != "GET"]
            yield from (f"asked for a change: {request}" for request in changes)

    def silence(self):
        """Without a good token, without a master, or with one that lies or is slow: nothing, and in time."""
        words = ["e", "lc", "12", "--sort-by", ""]
        in_time = {"seconds": TIME_SECONDS + PROCESS_SECONDS}
        with ReplayServer(self.cluster, self.storage) as server:
            for token, changes in ((None, {}), ("v2.expired", {}), (None, {"DET_USER": "determined", "DET_PASS": "x"})):
                if found := self.offered(server.url, *words, token=token, **in_time, **changes):
                    yield f"token {token}: {found}"
            logins = [request for request in server.play.requests if request[0] != "GET"]
            yield from (f"signed in: {request}" for request in logins)
        if found := self.offered("http://127.0.0.1:1", *words, **in_time):
            yield f"nobody listens: {found}"
        for mode in ("html", "truncated", "500", "503", "redirect", "hang", "endless", "endless_text", "reset"):
            with LyingServer(self.cluster, self.storage, mode) as server:
                if found := self.offered(server.url, *words, **in_time):
                    yield f"{mode}: {found}"

    def damaged_files(self):
        """Neither a broken configuration nor a damaged token file is spoken of, or touched."""
        for name in ("det/config.toml", "determined/auth.json"):
            with Sandbox("http://127.0.0.1:1") as sandbox:
                file = sandbox.home / ".config" / name
                file.parent.mkdir(parents=True)
                file.write_text("{ broken")
                before = sandbox.files()
                outcome = sandbox.piped([self.det, "__complete", "bash", "e", "lc", ""])
                if outcome.status or outcome.stdout or outcome.stderr or sandbox.files() != before:
                    yield f"{name}: {outcome}, {sandbox.files()}"

    def hostile(self):
        with hostile_server(self.cluster, self.storage) as server:
            found = self.offered(server.url, "t", "lc", "16", "--sort-by", "")
        if sorted(found) != sorted(HOSTILE):
            yield f"offered {found}"

    def scripts(self):
        """`det completion` prints the files that are installed."""
        for shell, name in SCRIPTS.items():
            printed = subprocess.run([self.det, "completion", shell], capture_output=True, check=True).stdout
            if printed != (ROOT / "completions" / name).read_bytes():
                yield f"{shell}: not completions/{name}"

    def bash(self):
        yield from self._shell("bash")

    def zsh(self):
        yield from self._shell("zsh")

    def fish(self):
        yield from self._shell("fish")
        yield from self._fish_descriptions()

    def _shell(self, shell):
        with ReplayServer(self.cluster, self.storage) as server:
            yield from self._inserted(shell, server.url, INSERTED)
        with hostile_server(self.cluster, self.storage) as server:
            cases = [(f"det t lc 16 --sort-by {name[0]}", ["t", "lc", "16", "--sort-by", name]) for name in HOSTILE]
            cases += [("det t lc 16 --sort-by l:m=", ["t", "lc", "16", "--sort-by", "l:m=n"]),
                      ("det t lc 16 --sort-by=l:m", ["t", "lc", "16", "--sort-by=l:m=n"]),
                      ("det t lc 16 --sort-by c\\ ", ["t", "lc", "16", "--sort-by", "c d"])]
            cases += [(f'det t lc 16 --sort-by "{name[0]}', None) for name in HOSTILE[:2]]
            yield from self._inserted(shell, server.url, cases)

    def _inserted(self, shell, url, cases):
        with Sandbox(url) as sandbox:
            sandbox.write_token(replay.TOKEN, "determined")
            environment = self._shell_environment(sandbox)
            (sandbox.work / "subfolder").mkdir()
            (sandbox.work / "certificate.pem").touch()
            record, answered = (pathlib.Path(environment["RECORD"] + end) for end in ("", ".answered"))
            script = ROOT / "completions" / SCRIPTS[shell]
            with InteractiveShell(shell, script, sandbox.work, environment) as typist:
                for line, wanted in cases:
                    record.unlink(missing_ok=True)
                    answered.unlink(missing_ok=True)
                    shown = typist.complete(line, answered.exists)
                    if wanted is None:  # an open quote: whatever is inserted, nothing of it may run
                        typist.cancel()
                        continue
                    shown += typist.run("")
                    got = json.loads(record.read_text()) if record.exists() else None
                    if got and got[-1] + "/" == wanted[-1]:  # zsh takes it away when the line is run
                        got[-1] += "/"
                    if got != wanted:
                        yield f"{shell}: {line!r} ran with {got}, not {wanted}; shown {shown!r}"
            if (sandbox.work / "PWNED").exists():
                yield f"{shell}: a name was run as a command"

    def _shell_environment(self, sandbox):
        programs = sandbox.root / "bin"
        programs.mkdir()
        recorder = programs / "det"
        recorder.write_text(RECORDER.replace("/usr/bin/env python3", sys.executable))
        recorder.chmod(0o755)
        return sandbox.environment(PATH=f"{programs}:{os.environ['PATH']}", REAL_DET=self.det,
                                   RECORD=str(sandbox.root / "record"), TERM="xterm", HISTFILE="/dev/null")

    def _fish_descriptions(self):
        with Sandbox("http://127.0.0.1:1") as sandbox:
            told = sandbox.piped(["fish", "--no-config", "-c", f"source {ROOT / 'completions/det.fish'}; "
                                  "complete -C 'det trial '"], self._shell_environment(sandbox))
        if b"describe\tdescribe trial\n" not in told.stdout:
            yield f"fish shows {told}"


PARTS = ("names", "silence", "damaged_files", "hostile", "scripts", "bash", "zsh", "fish")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--det", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    arguments = parser.parse_args()
    wanted = arguments.parts or PARTS
    missing = [part for part in wanted if part in SCRIPTS and not shutil.which(part)]
    for shell in missing:
        print(f"skipped: {shell} is not installed (scripts/packages)")
    if len(missing) == len(wanted):
        return SKIPPED
    cluster = recorded.recorded_cluster()
    problems = []
    with laid_out_storage(cluster) as storage:
        completion = Completion(arguments.det, cluster, storage)
        for part in (part for part in wanted if part not in missing):
            started = time.monotonic()
            found = list(getattr(completion, part)())
            print(f"{part}: {len(found)} problem(s), {time.monotonic() - started:.1f} s")
            problems += found
    print(*problems, sep="\n")
    return 1 if problems else 0


sys.exit(main())
