#!/usr/bin/env python3
"""kill -9 of the embedded master while trials report and readers list: what was acknowledged is there afterwards, and the
catalogue is whole.

    master_kill.py --det PROGRAM --load MASTER_LOAD [--rounds N]
"""

import argparse
import json
import pathlib
import random
import sqlite3
import subprocess
import sys
import time
import urllib.request

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
from local_master import local_master  # noqa: E402

REPORTERS, READERS = 20, 5


def get(master, path):
    request = urllib.request.Request(f"http://127.0.0.1:{master.port}{path}",
                                     headers={"Authorization": f"Bearer {master.token}", "Host": "localhost"})
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def reported_steps(master, trial):
    """The steps of all training reports of a trial."""
    lines = get(master, f"/api/v1/trials/metrics/training_metrics?trialIds={trial}").splitlines()
    return {report["totalBatches"] for line in lines for report in json.loads(line)["result"]["metrics"]}


def lost_reports(master, acknowledged):
    for trial, steps in acknowledged.items():
        there = reported_steps(master, trial)
        missing = set(range(1, steps + 1)) - there
        if missing:
            yield f"trial {trial}: {len(missing)} of {steps} acknowledged reports are gone, the first is {min(missing)}"


def integrity(folder):
    with sqlite3.connect(f"file:{folder / 'catalogue.sqlite'}?mode=ro", uri=True) as catalogue:
        return catalogue.execute("PRAGMA integrity_check").fetchone()[0]


def one_round(master, load, moment):
    """What was lost in one kill, as lines, and how many reports had been acknowledged."""
    running = subprocess.Popen([load, str(master.port), master.token, "30", str(REPORTERS), str(READERS)],
                               stdout=subprocess.PIPE, text=True)
    time.sleep(moment)
    master.kill()
    printed, _ = running.communicate(timeout=60)
    acknowledged = json.loads(printed)["reports"]["acknowledged"]
    problems = [] if any(acknowledged.values()) else ["nothing was acknowledged before the kill"]
    if (found := integrity(master.folder)) != "ok":
        problems.append(f"the catalogue: {found}")
    restarted = master.up()
    if restarted.status != 0:
        return problems + [f"it does not start again: {restarted.stderr.decode()}"], 0
    return problems + list(lost_reports(master, acknowledged)), sum(acknowledged.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--det", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--load", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--rounds", type=int, default=10)
    arguments = parser.parse_args()
    failed, reports, chance = 0, 0, random.Random(0)
    with local_master(arguments.det) as master:
        logins = json.loads(master.sandbox.token_file.read_text())["masters"]
        master.token = logins[master.url]["tokens"]["determined"]
        for number in range(arguments.rounds):
            problems, acknowledged = one_round(master, arguments.load, chance.uniform(0.3, 1.5))
            failed, reports = failed + bool(problems), reports + acknowledged
            for problem in problems:
                print(f"kill {number + 1}: {problem}")
    print(f"{arguments.rounds - failed} of {arguments.rounds} kills lost none of {reports} acknowledged reports")
    return 1 if failed else 0


sys.exit(main())
