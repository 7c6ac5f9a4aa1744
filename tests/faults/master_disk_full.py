#!/usr/bin/env python3
"""The embedded master on a full disk: reports are refused with 507 and a sentence, nothing that was acknowledged is lost,
and it goes on when there is room again. Needs root, for a file system of its own; otherwise skipped by name (status 77).
"""

import argparse
import contextlib
import http.client
import json
import os
import pathlib
import sqlite3
import subprocess
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
from local_master import LocalMaster  # noqa: E402
from sandbox import Sandbox  # noqa: E402

SKIPPED = 77
SIZE_MIB = 8


@contextlib.contextmanager
def small_disk(folder):
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MIB}m", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


class Client:
    def __init__(self, master):
        logins = json.loads(master.sandbox.token_file.read_text())["masters"]
        self.token, self.port = logins[master.url]["tokens"]["determined"], master.port

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path, json.dumps(body or {}),
                               {"Authorization": f"Bearer {self.token}", "Host": "localhost"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())


def new_trial(client):
    config = json.dumps({"name": "full", "searcher": {"name": "single", "metric": "loss"}})
    experiment = client.ask("POST", "/api/v1/experiments", {"config": config, "unmanaged": True})[1]["experiment"]["id"]
    return client.ask("POST", "/api/v1/trials", {"experimentId": experiment, "hparams": {}})[1]["trial"]["id"]


def report(client, trial, steps):
    metrics = {f"metric_{number}": steps / 7 for number in range(200)}
    return client.ask("POST", f"/api/v1/trials/{trial}/metrics",
                      {"group": "training", "metrics": {"trialId": trial, "trialRunId": 0, "stepsCompleted": steps,
                                                        "metrics": {"avgMetrics": metrics}}})


def fill(file):
    with contextlib.suppress(OSError), open(file, "wb", buffering=0) as filler:
        while True:
            filler.write(b"x" * 4096)


def check(master):
    client = Client(master)
    trial = new_trial(client)
    assert report(client, trial, 1)[0] == 200
    filler = master.data / "filler"
    fill(filler)
    acknowledged, refused = 1, None
    for steps in range(2, 5000):
        status, answer = report(client, trial, steps)
        if status != 200:
            refused = status, answer
            break
        acknowledged = steps
    assert refused and refused[0] in (503, 507), refused
    sentence = refused[1]["error"]["error"]
    assert "full" in sentence or "space" in sentence, sentence
    status, answer = client.ask("GET", f"/api/v1/trials/{trial}")
    assert status == 200 and answer["trial"]["totalBatchesProcessed"] == acknowledged, (status, answer)
    filler.unlink()
    assert report(client, trial, acknowledged + 1)[0] == 200, "it does not go on"
    assert master.down().status == 0
    with sqlite3.connect(f"file:{master.folder / 'catalogue.sqlite'}?mode=ro", uri=True) as catalogue:
        assert catalogue.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    return f"507 after {acknowledged} reports: {sentence}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--det", required=True)
    det = str(pathlib.Path(parser.parse_args().det).resolve())
    if os.geteuid() != 0:
        print("skipped: a file system of its own needs root")
        return SKIPPED
    with Sandbox("") as sandbox:
        master = LocalMaster(det, sandbox)
        with small_disk(master.data):
            try:
                print(check(master.start()))
            finally:
                master.down()
    return 0


sys.exit(main())
