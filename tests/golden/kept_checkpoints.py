#!/usr/bin/env python3
"""What downloads leave, read again by the built program: verify, dir:, cat and du.

    kept_checkpoints.py --det PROGRAM
"""

import argparse
import csv
import dataclasses
import io
import json
import os
import pathlib
import subprocess
import sys
import urllib.parse

GOLDEN = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(GOLDEN.parent / "support"))
import cluster as recorded  # noqa: E402
import object_stores  # noqa: E402
import replay  # noqa: E402
from replay_server import ReplayServer, laid_out_storage  # noqa: E402
from sandbox import Sandbox  # noqa: E402

EXPERIMENT = "12"
RECEIPT = "det-receipt.json"


class FarServer(ReplayServer):
    """One whose storage does not lie on this machine, but where `place` says (values of checkpoint_storage).
    Experiments whose lists nobody recorded have no checkpoints."""

    def __init__(self, server, place=None):
        super().__init__(server.cluster, server.storage)
        self.place = place or {"type": "directory", "container_path": "/nowhere"}
        play, self.play = self.play, self
        self.requests = play.requests
        self.answer = lambda request: self.told(request, play.answer(request))

    def told(self, request, response):
        if response.status == 501 and request.path.endswith("/checkpoints"):
            total = {"offset": 0, "limit": 0, "startIndex": 0, "endIndex": 0, "total": 0}
            return dataclasses.replace(response, status=200, _gzipped=b"",
                                       body=json.dumps({"checkpoints": [], "pagination": total}).encode())
        if "json" not in response.headers.get("Content-Type", ""):
            return response
        body = json.dumps(self.moved(json.loads(response.body))).encode()
        return dataclasses.replace(response, body=body, _gzipped=b"")

    def moved(self, tree):
        if isinstance(tree, list):
            return [self.moved(element) for element in tree]
        if not isinstance(tree, dict):
            return tree
        return {name: {**value, **self.place} if name == "checkpoint_storage" else self.moved(value)
                for name, value in tree.items()}


class Scene:
    """Two checkpoints in `kept`, best first in `ids`."""

    def __init__(self, det, sandbox, server):
        self.det, self.sandbox, self.server = det, sandbox, server
        self.kept = sandbox.work / "kept"
        self.ids = [line.rsplit("/", 1)[-1] for line in self.lines("experiment", "download", EXPERIMENT, "--top-n", "2",
                                                                   "-q", "-o", "kept")]
        assert len(self.ids) == 2, self.ids

    def run(self, *words, status=0):
        outcome = self.sandbox.piped([self.det, *words])
        assert outcome.status == status, (words, outcome)
        return outcome

    def lines(self, *words, status=0):
        return self.run(*words, status=status).stdout.decode().splitlines()

    def objects(self, *words, status=0):
        return json.loads(self.run("--json", *words, status=status).stdout)

    def files_of(self, uuid):
        return {str(path.relative_to(self.kept / uuid)): path.read_bytes()
                for path in sorted((self.kept / uuid).rglob("*")) if path.is_file() and path.name != RECEIPT}

    def receipt(self, uuid):
        return json.loads((self.kept / uuid / RECEIPT).read_text())


def what_was_downloaded_is_as_its_receipt_says(scene):
    lines = scene.lines("checkpoint", "verify", "kept")
    assert [line.split(": ok (")[0] for line in lines] == [f"kept/{uuid}" for uuid in sorted(scene.ids)], lines
    for line in scene.lines("checkpoint", "verify", "kept", "--remote"):
        assert line.endswith(", as its source lists it)"), line


def a_changed_byte_is_found_though_size_and_time_are_the_same(scene):
    path = scene.kept / scene.ids[0] / max(scene.files_of(scene.ids[0]), key=lambda name: name.endswith(".pth"))
    before, facts = path.read_bytes(), path.stat()
    path.write_bytes(bytes([before[0] ^ 1]) + before[1:])
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    outcome = scene.run("checkpoint", "verify", "kept", status=7)
    assert b"kept/" + scene.ids[0].encode() + b": 1 thing is wrong\n  " in outcome.stdout, outcome
    assert outcome.stdout.count(b": ok (") == 1, outcome
    assert b"1 of 2 checkpoints is not as it should be" in outcome.stderr, outcome
    path.unlink()
    wrong = [one for one in scene.objects("checkpoint", "verify", "kept", status=7) if not one["ok"]]
    assert [one["uuid"] for one in wrong] == [scene.ids[0]], wrong
    assert wrong[0]["problems"][0]["problem"] == "is missing", wrong
    path.write_bytes(before)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    scene.run("checkpoint", "verify", "kept")


def a_directory_lists_and_ranks_as_its_master_does(scene):
    def rows(*words):
        text = scene.run("experiment", "list-checkpoints", *words, "--csv").stdout.decode()
        return [[row[name] for name in ("Trial ID", "# of Batches", "State", "Validation Metric", "UUID", "Size")]
                for row in csv.DictReader(io.StringIO(text, newline=""))]

    assert rows("dir:kept", "--best", "2") == rows(EXPERIMENT, "--best", "2")
    assert scene.lines("experiment", "best", "dir:kept") == scene.ids[:1]
    assert scene.lines("experiment", "best", "dir:kept", "--path") == [str(scene.kept / scene.ids[0])]
    ours = scene.objects("checkpoint", "describe", scene.ids[0], "--source", "dir:kept")
    theirs = scene.objects("checkpoint", "describe", scene.ids[0])
    for field in ("uuid", "experiment_id", "trial_id", "steps_completed", "searcher_metric", "metadata", "size"):
        assert ours[field] == theirs[field], (field, ours, theirs)
    described = scene.run("experiment", "describe", "dir:kept", "--metrics").stdout.decode()
    assert f" {theirs['steps_completed']} | COMPLETED" in described, described
    trials = {one["id"] for one in scene.objects("experiment", "list-trials", "dir:kept")}
    assert theirs["trial_id"] in trials, trials


def a_directory_is_downloaded_from(scene):
    lines = scene.lines("experiment", "download", "dir:kept", "--top-n", "1", "-q", "-o", "out")
    assert lines == [f"out/{scene.ids[0]}"], lines
    copied = scene.sandbox.work / "out" / scene.ids[0]
    for name, contents in scene.files_of(scene.ids[0]).items():
        assert (copied / name).read_bytes() == contents, name
    receipt = json.loads((copied / RECEIPT).read_text())
    assert receipt["source"] == f"dir:{scene.kept}", receipt
    scene.run("checkpoint", "verify", "out", "--remote", "--source", "dir:kept")
    again = scene.objects("experiment", "download", "dir:out", "--top-n", "1", "-o", "kept")
    assert again[0]["outcome"] == "already complete", again
    assert again[0]["fetched_bytes"] == 0 and again[0]["bytes_per_second"] is None, again
    first = scene.objects("experiment", "download", "dir:out", "--top-n", "1", "-o", "counted")[0]
    assert first["outcome"] == "downloaded" and first["fetched_bytes"] == first["bytes"] > 0, first
    assert abs(first["bytes_per_second"] * first["seconds"] - first["fetched_bytes"]) < 1, first
    outcome = scene.run("experiment", "download", "dir:kept", "--mode", "master", "-o", "other", status=2)
    assert b"there is no master to download through" in outcome.stderr, outcome


def one_file_is_written_out_by_each_way(scene):
    uuid = scene.ids[0]
    listed = {file["path"] for file in scene.receipt(uuid)["files"]}
    with FarServer(scene.server) as far:
        for name, contents in scene.files_of(uuid).items():
            if name not in listed:
                continue
            for more in ([], ["--source", "dir:kept"], ["-m", far.url]):
                environment = scene.sandbox.environment(DET_AUTH_TOKEN=replay.TOKEN)
                outcome = scene.sandbox.piped([scene.det, *more, "checkpoint", "cat", uuid, name], environment)
                assert (outcome.status, outcome.stdout, outcome.stderr) == (0, contents, b""), (name, more, outcome)
    line = f"{scene.det} checkpoint cat {uuid} {max(listed)} | head -c 1 > /dev/null; exit ${{PIPESTATUS[0]}}"
    closed = subprocess.run(["bash", "-c", line], cwd=scene.sandbox.work, env=scene.sandbox.environment(),
                            capture_output=True, check=False)
    assert (closed.returncode, closed.stderr) == (0, b""), closed


def an_object_store_gives_files_and_digests(scene):
    uuid, name = scene.ids[0], "state_dict.pth"
    files = {file["path"]: (scene.kept / uuid / file["path"]).read_bytes() for file in scene.receipt(uuid)["files"]}
    with object_stores.gcs_store() as store:
        if store is None:
            print(f"skipped: {object_stores.FAKE_GCS} is not installed")
            return
        port = int(store.environment["STORAGE_EMULATOR_HOST"].rsplit(":", 1)[1])
        with FarServer(scene.server, store.configuration) as far:
            environment = scene.sandbox.environment(DET_AUTH_TOKEN=replay.TOKEN, DET_MASTER=far.url,
                                                    **store.environment)
            put(port, store, uuid, files)
            outcome = scene.sandbox.piped([scene.det, "checkpoint", "cat", uuid, name], environment)
            assert (outcome.status, outcome.stdout, outcome.stderr) == (0, files[name], b""), outcome
            assert not any(path.startswith("/checkpoints/") for _, path, _ in far.requests), far.requests
            receipt = scene.kept / uuid / RECEIPT
            receipt.write_text(receipt.read_text().replace(scene.server.url, far.url))
            verify = [scene.det, "checkpoint", "verify", f"kept/{uuid}", "--remote"]
            outcome = scene.sandbox.piped(verify, environment)
            assert (outcome.status, outcome.stderr.count(b"no digests")) == (0, 0), outcome
            put(port, store, uuid, {name: bytes([files[name][0] ^ 1]) + files[name][1:]})
            outcome = scene.sandbox.piped(verify, environment)
            assert outcome.status == 7, outcome
            assert f"  {name}: has another ".encode() in outcome.stdout, outcome
            assert b" than its storage says\n" in outcome.stdout, outcome


def put(port, store, uuid, files):
    for name, contents in files.items():
        path = urllib.parse.quote(f"{store.configuration['prefix']}/{uuid}/{name}", safe="")
        status, said = object_stores.ask(port, "POST", f"/upload/storage/v1/b/{object_stores.BUCKET}/o?uploadType=media"
                                         f"&name={path}", contents, Content_Type="application/octet-stream")
        assert status == 200, (status, said)


def room_is_added_up(scene):
    kept = scene.objects("checkpoint", "du", "dir:kept")
    assert sum(one["checkpoints"] for one in kept) == 2, kept
    assert sum(one["size"] for one in kept) == sum(
        file["size"] for uuid in scene.ids for file in scene.receipt(uuid)["files"]), kept
    listed = scene.objects("experiment", "list-checkpoints", EXPERIMENT)
    measured = scene.objects("checkpoint", "du", EXPERIMENT)
    assert sum(one["size"] + one["freed"] for one in measured) == sum(one["size"] for one in listed), measured
    assert sum(one["checkpoints"] for one in measured) == len(listed), measured
    with FarServer(scene.server) as far:
        environment = scene.sandbox.environment(DET_AUTH_TOKEN=replay.TOKEN)
        outcome = scene.sandbox.piped([scene.det, "-m", far.url, "checkpoint", "du", "--json"], environment)
        everything = json.loads(outcome.stdout)
    assert [one for one in everything if str(one["experiment_id"]) == EXPERIMENT] == measured, everything
    assert len({one["experiment_id"] for one in everything}) > 3, everything


def a_broken_receipt_is_passed_over_and_counted(scene):
    (scene.kept / scene.ids[0] / RECEIPT).write_text("{")
    outcome = scene.run("experiment", "best", "dir:kept")
    assert outcome.stdout.decode().split() == scene.ids[1:], outcome
    assert outcome.stderr == b"1 receipt in kept is broken, and passed over\n", outcome
    assert b": its det-receipt.json is broken\n" in scene.run("checkpoint", "verify", "kept", status=7).stdout


CASES = (what_was_downloaded_is_as_its_receipt_says, a_changed_byte_is_found_though_size_and_time_are_the_same,
         a_directory_lists_and_ranks_as_its_master_does, a_directory_is_downloaded_from,
         one_file_is_written_out_by_each_way, an_object_store_gives_files_and_digests, room_is_added_up,
         a_broken_receipt_is_passed_over_and_counted)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--det", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    det = parser.parse_args().det
    failed = 0
    cluster = recorded.recorded_cluster()
    with laid_out_storage(cluster) as storage, ReplayServer(cluster, storage) as server:
        for case in CASES:
            with Sandbox(server.url) as sandbox:
                sandbox.write_token(replay.TOKEN)
                try:
                    case(Scene(det, sandbox, server))
                except AssertionError as error:
                    failed += 1
                    print(f"{case.__name__}: {error}")
    print(f"{len(CASES) - failed} of {len(CASES)} cases passed")
    return 1 if failed else 0


sys.exit(main())
