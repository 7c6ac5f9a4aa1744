#!/usr/bin/env python3
"""The embedded master serves, collects and removes checkpoints of an object storage: its own, and no other's. Over a
server of somebody else on loopback; where that is not installed it is skipped by name (status 77).

    embedded_clouds.py --det PROGRAM s3|gcs|azure
"""

import argparse
import contextlib
import csv
import io
import json
import os
import pathlib
import sys
import tarfile
import time
import urllib.error
import urllib.request
import uuid
import zipfile
from datetime import datetime, timezone

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
import object_stores  # noqa: E402
from embedded import judge  # noqa: E402
from forwarder import forwarder  # noqa: E402
from local_master import LocalMaster  # noqa: E402
from peers import SKIPPED  # noqa: E402
from sandbox import Sandbox  # noqa: E402

PEERS = {"s3": object_stores.VERSITYGW, "gcs": object_stores.FAKE_GCS, "azure": object_stores.AZURITE}
PATIENCE, EVERYTHING = 30, 1000
RECEIPT = "det-receipt.json"


def wait_for(what, why):
    """A store may refuse a list while that of which it lists goes."""
    deadline, refused = time.monotonic() + PATIENCE, None
    while time.monotonic() < deadline:
        try:
            if what():
                return
        except AssertionError as refusal:
            refused = refusal
        time.sleep(0.05)
    raise AssertionError(f"waited in vain for {why}") from refused


class CloudMaster(LocalMaster):
    """One that knows the variables of a store, too."""

    variables = {}

    def environment(self, **changes):
        return super().environment(**{**self.variables, "AWS_EC2_METADATA_DISABLED": "true", **changes})


class Place:
    """A master whose own storage is that of `store`, asked by way of `way`; and `elsewhere`, which nobody asks."""

    def __init__(self, kind, store, master, way, elsewhere):
        self.kind, self.store, self.master, self.way, self.elsewhere = kind, store, master, way, elsewhere
        self.own = moved(store.configuration, store.port, way.port)
        self.prefix = store.configuration.get("prefix", "")

    def ours(self, *words, status=0):
        done = self.master.run(*words)
        assert done.status == status, (words, done)
        return (done.stdout if status == 0 else done.stderr).decode()

    def rest(self, method, path, body=None, accept="*/*"):
        token = json.loads(self.master.sandbox.token_file.read_text())["masters"][self.master.url]["tokens"]["determined"]
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.master.url + path, data,
                                         {"Authorization": f"Bearer {token}", "Accept": accept}, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.headers, answer.read()

    def call(self, method, path, body=None):
        return json.loads(self.rest(method, path, body)[1] or b"{}")

    def refusal(self, method, path, body=None):
        try:
            self.call(method, path, body)
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        raise AssertionError(f"{method} {path} was not refused")

    def names(self, *uuids):
        """What the store itself has of the checkpoints."""
        found = self.store.objects.names(self.prefix)
        return [name for name in found if any(one in name for one in uuids) and not name.endswith("/")]

    def log(self):
        return (self.master.folder / "master.log").read_text()

    def states(self, experiment):
        table = csv.DictReader(io.StringIO(self.ours("experiment", "list-checkpoints", experiment, "--csv")))
        return {row["UUID"]: row["State"] for row in table}


def moved(configuration, port, other):
    """The same storage, by another port."""
    return json.loads(json.dumps(configuration).replace(f"127.0.0.1:{port}", f"127.0.0.1:{other}"))


def files_of(number):
    return {"metadata.json": json.dumps({"steps_completed": number}).encode(), "model.pt": os.urandom(1_500_000),
            "code/model_def.py": b"# %d\n" % number, "code/a b+c.txt": b"", "logs/out": b"x" * number}


def report(place, storage, files=files_of, put=True, count=4):
    """An experiment of one trial with so many checkpoints, the first of them the best; uuid -> files."""
    config = {"name": "c", "entrypoint": "unmanaged", "searcher": {"name": "single", "max_length": {"batches": 1},
                                                                   "metric": "loss"},
              "checkpoint_storage": {**storage, "save_experiment_best": 0, "save_trial_best": 0,
                                     "save_trial_latest": EVERYTHING}}
    created = place.call("POST", "/api/v1/experiments", {"config": json.dumps(config), "unmanaged": True})
    experiment = created["experiment"]["id"]
    trial = place.call("POST", "/api/v1/trials", {"experimentId": experiment, "unmanaged": True, "hparams": {}})["trial"]
    path, stored = f"/api/v1/trials/{trial['id']}", {}
    run = place.call("POST", path + "/start", {"trialId": trial["id"], "resume": True})["trialRunId"]
    for number in range(1, count + 1):
        metrics = {"trialId": trial["id"], "trialRunId": run, "stepsCompleted": number,
                   "metrics": {"avgMetrics": {"loss": number}}}
        place.call("POST", path + "/metrics", {"group": "validation", "metrics": metrics})
        checkpoint = str(uuid.uuid4())
        stored[checkpoint] = files(number)
        for name, body in stored[checkpoint].items() if put else ():
            place.store.objects.put("/".join(filter(None, (place.prefix, checkpoint, name))), body)
        place.call("POST", "/api/v1/checkpoints",
                   {"uuid": checkpoint, "taskId": trial["taskId"], "state": "STATE_COMPLETED", "training": {},
                    "resources": {name: str(len(body)) for name, body in stored[checkpoint].items()},
                    "metadata": {"steps_completed": number}, "reportTime": datetime.now(timezone.utc).isoformat()})
    place.call("PATCH", path, {"trialId": trial["id"], "state": "STATE_COMPLETED"})
    place.call("PATCH", f"/api/v1/experiments/{experiment}", {"id": experiment, "state": "STATE_COMPLETED"})
    return experiment, stored


def downloaded(place, checkpoint, mode):
    folder = place.master.sandbox.work / f"{checkpoint}-{mode}-{time.monotonic_ns()}"
    place.ours("checkpoint", "download", checkpoint, "--mode", mode, "-q", "-o", folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*")
            if path.is_file() and path.name != RECEIPT}


def keep(place, experiment, best, latest):
    return place.ours("experiment", "set", "gc-policy", experiment, "--save-experiment-best", best, "--save-trial-best", 0,
                      "--save-trial-latest", latest, "--yes")


def checkpoints_are_listed_and_downloaded_by_every_way(place):
    place.experiment, place.stored = report(place, {})
    assert set(place.states(place.experiment)) == set(place.stored)
    checkpoint, files = next(iter(place.stored.items()))
    for mode in ("master", "direct"):
        assert downloaded(place, checkpoint, mode) == files, mode


def archives_of_each_kind_hold_them_whole(place):
    checkpoint, files = next(iter(place.stored.items()))
    headers, tar = place.rest("GET", f"/checkpoints/{checkpoint}", accept="application/x-tar")
    assert int(headers["Content-Length"]) == len(tar)
    for packed in (tar, place.rest("GET", f"/checkpoints/{checkpoint}", accept="application/gzip")[1]):
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            assert {member.name: archive.extractfile(member).read() for member in archive} == files
    packed = place.rest("GET", f"/checkpoints/{checkpoint}", accept="application/zip")[1]
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
    status, why = place.refusal("GET", f"/checkpoints/{report(place, {}, put=False, count=1)[1].popitem()[0]}")
    assert status == 500 and "no such file or directory" in why, why


def a_policy_removes_what_it_names_and_nothing_else(place):
    best, second, third, latest = place.stored
    keep(place, place.experiment, best=1, latest=1)
    wait_for(lambda: not place.names(second, third), "objects to go")
    assert place.states(place.experiment) == {best: "COMPLETED", second: "DELETED", third: "DELETED",
                                              latest: "COMPLETED"}
    for kept in (best, latest):
        assert downloaded(place, kept, "master") == place.stored[kept]
    assert len(place.names(best, latest)) == 10


def files_that_globs_match_go(place):
    latest = list(place.stored)[-1]
    place.call("POST", "/api/v1/checkpoints/rm", {"checkpointUuids": [latest], "checkpointGlobs": ["code", "*.pt"]})
    wait_for(lambda: len(place.names(latest)) == 2, "two files to be left")
    wait_for(lambda: place.states(place.experiment)[latest] == "PARTIALLY_DELETED", "the catalogue to say so")
    left = {name: place.stored[latest][name] for name in ("logs/out", "metadata.json")}
    assert downloaded(place, latest, "master") == left


def another_storage_is_neither_touched_nor_asked(place):
    there = place.elsewhere.connections
    for storage in foreign(place):
        experiment, stored = report(place, storage)
        keep(place, experiment, best=0, latest=0)
        assert set(place.states(experiment).values()) == {"COMPLETED"}, storage
        checkpoint = next(iter(stored))
        for refused in (("GET", f"/checkpoints/{checkpoint}"), ("DELETE", f"/api/v1/experiments/{experiment}"),
                        ("POST", "/api/v1/checkpoints/rm", {"checkpointUuids": [checkpoint], "checkpointGlobs": ["**/*"]})):
            status, why = place.refusal(*refused)
            assert status in (400, 500) and "this master's storage roots" in why, (refused, status, why)
        assert len(place.names(*stored)) == sum(map(len, stored.values())), storage
    assert place.elsewhere.connections == there, "the other endpoint was asked"


def foreign(place):
    """Storages that are not the master's own, each by one thing."""
    elsewhere = moved(place.own, place.way.port, place.elsewhere.port)
    bucket = "container" if place.kind == "azure" else "bucket"
    others = [{**place.own, bucket: "another"}, {"type": "s3", "bucket": "checkpoints", "access_key": "k", "secret_key": "s",
                                                 "endpoint_url": f"http://127.0.0.1:{place.elsewhere.port}"}]
    others += [elsewhere] if elsewhere != place.own else []
    others += [{**place.own, "prefix": "some/prefix2"}, {**place.own, "prefix": "some"}] if place.prefix else []
    return others


def while_the_store_is_down_removals_wait(place):
    experiment, stored = report(place, {})
    first, *_, latest = stored
    place.way.shut()
    try:
        keep(place, experiment, best=0, latest=1)
        wait_for(lambda: f"checkpoint {first} is not removed yet" in place.log(), "a warning")
        assert place.states(experiment) == {one: "COMPLETED" if one == latest else "DELETED" for one in stored}
        status, why = place.refusal("DELETE", f"/api/v1/experiments/{experiment}")
        assert status == 500 and "127.0.0.1" in why, (status, why)
        assert len(place.names(*stored)) == 20
    finally:
        place.way.open()
    place.master.kill()
    assert place.master.up(*place.flags).status == 0
    wait_for(lambda: len(place.names(*stored)) == 5, "what waited to go")
    assert downloaded(place, latest, "master") == stored[latest]


def an_experiment_goes_with_its_objects(place):
    place.call("DELETE", f"/api/v1/experiments/{place.experiment}")
    wait_for(lambda: not place.names(*place.stored), "its objects to go")
    wait_for(lambda: place.refusal("GET", f"/api/v1/experiments/{place.experiment}")[0] == 404, "it to be gone")


def no_secret_is_logged(place):
    secrets = [value for name, value in place.own.items() if name in ("secret_key", "connection_string")]
    assert not [secret for secret in secrets + [object_stores.ACCOUNT_KEY] if secret in place.log()]


CHECKS = (checkpoints_are_listed_and_downloaded_by_every_way, archives_of_each_kind_hold_them_whole,
          a_policy_removes_what_it_names_and_nothing_else, files_that_globs_match_go,
          another_storage_is_neither_touched_nor_asked, while_the_store_is_down_removals_wait,
          an_experiment_goes_with_its_objects, no_secret_is_logged)


@contextlib.contextmanager
def opened(det, kind):
    """A Place; None where there is no such store."""
    with object_stores.STORES[kind]() as store, Sandbox("") as sandbox:
        if store is None:
            yield None
            return
        with forwarder(store.port) as way, forwarder() as elsewhere:
            master = CloudMaster(det, sandbox)
            master.variables = moved(store.environment, store.port, way.port)
            place = Place(kind, store, master, way, elsewhere)
            config = sandbox.root / "master.yaml"
            config.write_text(json.dumps({"checkpoint_storage": place.own}))
            place.flags = ("--master-config-path", str(config))
            try:
                master.start(*place.flags)
                yield place
            finally:
                master.down()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--det", required=True, type=pathlib.Path)
    parser.add_argument("kind", choices=PEERS)
    arguments = parser.parse_args()
    with opened(arguments.det.resolve(), arguments.kind) as place:
        if place is None:
            print(f"skipped: {PEERS[arguments.kind]} is not installed")
            return SKIPPED
        return judge(CHECKS, place, f"ways to use the embedded master with {PEERS[arguments.kind]} work")


sys.exit(main())
