#!/usr/bin/env python3
"""A training run that reports to a master over REST, with the standard library only: fits a line to noisy points with
three learning rates, one trial each, and keeps a checkpoint every few steps.

    det deploy local cluster-up
    examples/least_squares.py

The master is DET_MASTER (default: http://localhost:8080), the token that of `det user login`.
"""

import json
import os
import pathlib
import random
import urllib.parse
import urllib.request
import uuid
from datetime import datetime, timezone

STEPS, STEPS_A_CHECKPOINT = 700, 100
LEARNING_RATES = (0.002, 0.005, 0.02)
CONFIG = {"name": "least-squares", "labels": ["example"], "entrypoint": "unmanaged",
          "searcher": {"name": "random", "max_trials": 3, "metric": "validation_loss", "smaller_is_better": True},
          # Everything stays until a policy says otherwise: `det experiment set gc-policy`.
          "checkpoint_storage": {"save_experiment_best": 0, "save_trial_best": 1, "save_trial_latest": 1000}}


class Master:
    """The few calls of a master's REST API that training needs."""

    def __init__(self, url):
        self.url, self.token = url, token_for(url)

    def call(self, method, path, body=None):
        request = urllib.request.Request(self.url + path, method=method, data=json.dumps(body or {}).encode(),
                                         headers={"Authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


def token_for(url):
    config = pathlib.Path(os.environ.get("XDG_CONFIG_HOME") or pathlib.Path.home() / ".config")
    logins = json.loads((config / "determined" / "auth.json").read_text())["masters"][url]
    return logins["tokens"][logins.get("active_user", "determined")]


def canonical(address):
    parts = urllib.parse.urlsplit(address if "://" in address else f"http://{address}")
    port = parts.port or {"http": 80 if "://" in address else 8080, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{parts.hostname}:{port}"


def storage_folder(config):
    storage = config["checkpoint_storage"]
    return pathlib.Path(storage["host_path"]) / (storage.get("storage_path") or "")


class Line:
    """y = slope * x + offset, fitted by gradient descent."""

    def __init__(self, points):
        self.points, self.slope, self.offset = points, 0.0, 0.0

    def loss(self, points):
        return sum((self.slope * x + self.offset - y) ** 2 for x, y in points) / len(points)

    def step(self, learning_rate):
        errors = [(self.slope * x + self.offset - y, x) for x, y in self.points]
        self.slope -= learning_rate * sum(error * x for error, x in errors) / len(errors)
        self.offset -= learning_rate * sum(error for error, _ in errors) / len(errors)


def noisy_points(chance, count):
    return [(x, 3 * x - 1 + chance.gauss(0, 0.3)) for x in (chance.uniform(-1, 1) for _ in range(count))]


def save(line, steps, storage):
    """Writes one checkpoint; its id and its files with their sizes."""
    checkpoint = str(uuid.uuid4())
    folder = storage / checkpoint
    folder.mkdir(parents=True)
    (folder / "line.json").write_text(json.dumps({"slope": line.slope, "offset": line.offset}))
    (folder / "metadata.json").write_text(json.dumps({"steps_completed": steps}))
    return checkpoint, {path.name: str(path.stat().st_size) for path in folder.iterdir()}


def train(master, experiment, storage, learning_rate, data):
    """One trial, from its creation to its end."""
    trial = master.call("POST", "/api/v1/trials", {"experimentId": experiment, "unmanaged": True,
                                                   "hparams": {"learning_rate": learning_rate}})["trial"]
    path = f"/api/v1/trials/{trial['id']}"
    run = master.call("POST", path + "/start", {"trialId": trial["id"], "resume": True})["trialRunId"]
    master.call("PATCH", path, {"trialId": trial["id"], "state": "STATE_RUNNING"})
    training, validation = data
    line = Line(training)
    for steps in range(1, STEPS + 1):
        line.step(learning_rate)
        if steps % STEPS_A_CHECKPOINT:
            continue
        for group, metrics in (("training", {"loss": line.loss(training)}),
                               ("validation", {"validation_loss": line.loss(validation)})):
            master.call("POST", path + "/metrics",
                        {"group": group, "metrics": {"trialId": trial["id"], "trialRunId": run, "stepsCompleted": steps,
                                                     "metrics": {"avgMetrics": metrics}}})
        checkpoint, files = save(line, steps, storage)
        master.call("POST", "/api/v1/checkpoints",
                    {"uuid": checkpoint, "taskId": trial["taskId"], "resources": files, "state": "STATE_COMPLETED",
                     "metadata": {"steps_completed": steps}, "training": {},
                     "reportTime": datetime.now(timezone.utc).isoformat()})
    master.call("PATCH", path, {"trialId": trial["id"], "state": "STATE_COMPLETED"})


def main():
    master = Master(canonical(os.environ.get("DET_MASTER", "localhost:8080")))
    created = master.call("POST", "/api/v1/experiments", {"config": json.dumps(CONFIG), "unmanaged": True})
    experiment, storage = created["experiment"]["id"], storage_folder(created["config"])
    chance = random.Random(7)
    data = noisy_points(chance, 200), noisy_points(chance, 100)
    for learning_rate in LEARNING_RATES:
        train(master, experiment, storage, learning_rate, data)
    print(f"experiment {experiment} is trained")


main()
