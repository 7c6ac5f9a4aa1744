#!/usr/bin/env python3
"""What the embedded master bears: 50 trials that report at once with 10 readers, then lists of much that was reported.

    bench/master.py --det PROGRAM --load MASTER_LOAD [--seconds N] [--checkpoints N]

A request that fails fails this; no time does.
"""

import argparse
import http.client
import json
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))
from local_master import local_master  # noqa: E402

REPORTERS, READERS = 50, 10
REAL_MASTER_SECONDS = 8.7  # for a list of 10,000 checkpoints, as measured on a master 0.38.1
LISTS = ("/api/v1/experiments", "/api/v1/experiments/{}/trials", "/api/v1/experiments/{}/checkpoints")


class Client:
    """One connection that is kept."""

    def __init__(self, master):
        logins = json.loads(master.sandbox.token_file.read_text())["masters"]
        self.token = logins[master.url]["tokens"]["determined"]
        self.connection = http.client.HTTPConnection("127.0.0.1", master.port)

    def ask(self, method, path, body=None):
        self.connection.request(method, path, json.dumps(body or {}) if method != "GET" else None,
                                {"Authorization": f"Bearer {self.token}", "Host": "localhost"})
        answer = self.connection.getresponse()
        data = answer.read()
        assert answer.status == 200, (method, path, answer.status, data[:300])
        return data


def say(what, figure, note=""):
    print(f"  {what:<58} {figure:>16}   {note}", flush=True)


def memory_mib(pid, field):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field + ":")) / 1024


def load(arguments, master, client):
    """The experiment that was reported to."""
    print(f"{REPORTERS} reporters and {READERS} readers for {arguments.seconds:g} s")
    done = subprocess.run([arguments.load, str(master.port), client.token, str(arguments.seconds), str(REPORTERS),
                           str(READERS)], check=True, capture_output=True, text=True)
    seen = json.loads(done.stdout)
    for kind in ("reports", "lists"):
        part = seen[kind]
        say(f"{kind} a second", f"{part['per_second']:,.0f}", f"{part['requests']:,} in all")
        say(f"{kind}, p50 and p99", f"{part['p50_ms']:.1f} / {part['p99_ms']:.1f} ms", f"longest {part['max_ms']:.0f} ms")
        assert not part["failures"], part["failures"]
    say("errors", "0")
    say("memory of the master, now and at most",
        f"{memory_mib(master.pid, 'VmRSS'):.0f} / {memory_mib(master.pid, 'VmHWM'):.0f} MiB", "wanted: at most 60 MiB")
    return seen["experiment"], seen["reports"]["requests"]


def median_ms(work, times=9):
    costs = []
    for _ in range(times):
        begun = time.monotonic()
        work()
        costs.append((time.monotonic() - begun) * 1000)
    return sorted(costs)[times // 2]


def lists(client, experiment, rows):
    print(f"lists of an experiment with {rows:,} metric rows")
    for path in LISTS:
        cost = median_ms(lambda path=path: client.ask("GET", path.format(experiment)))
        say(path.format("N"), f"{cost:.1f} ms", "wanted: at most 50 ms")


def many_checkpoints(arguments, master, client):
    config = {"name": "many", "searcher": {"name": "single", "metric": "loss"}}
    created = json.loads(client.ask("POST", "/api/v1/experiments", {"config": json.dumps(config), "unmanaged": True}))
    experiment = created["experiment"]["id"]
    trial = json.loads(client.ask("POST", "/api/v1/trials", {"experimentId": experiment, "hparams": {}}))["trial"]
    for number in range(1, arguments.checkpoints + 1):
        client.ask("POST", "/api/v1/checkpoints",
                   {"uuid": f"00000000-0000-4000-8000-{number:012d}", "taskId": trial["taskId"], "training": {},
                    "resources": {"weights": "1024"}, "metadata": {"steps_completed": number},
                    "state": "STATE_COMPLETED"})
    print(f"a list of {arguments.checkpoints:,} checkpoints")
    cost = median_ms(lambda: client.ask("GET", f"/api/v1/experiments/{experiment}/checkpoints"), 5)
    note = f"{REAL_MASTER_SECONDS * 1000 / cost:.0f} times faster than a real one" if arguments.checkpoints == 10_000 else ""
    say("GET experiments/N/checkpoints", f"{cost:.0f} ms", note)

    def list_checkpoints():
        done = master.run("experiment", "list-checkpoints", experiment, "--csv")
        assert done.status == 0 and done.stdout.count(b"\n") == arguments.checkpoints + 1, done.stderr

    say("det experiment list-checkpoints --csv", f"{median_ms(list_checkpoints, 3):.0f} ms")
    say("memory of the master at most", f"{memory_mib(master.pid, 'VmHWM'):.0f} MiB", "wanted: at most 60 MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    resolved = {"type": lambda path: str(pathlib.Path(path).resolve())}
    parser.add_argument("--det", default=str(ROOT / "build/release/cli/det"), **resolved)
    parser.add_argument("--load", default=str(ROOT / "build/release/bench/master_load"), **resolved)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--checkpoints", type=int, default=10_000)
    arguments = parser.parse_args()
    with local_master(arguments.det) as master:
        client = Client(master)
        lists(client, *load(arguments, master, client))
        many_checkpoints(arguments, master, client)


main()
