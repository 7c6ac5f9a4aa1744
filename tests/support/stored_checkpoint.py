"""A recorded master one of whose checkpoints lies in a LyingStore."""

import contextlib
import copy
import functools
import hashlib
import json
import subprocess

import cluster as recorded
import replay
from lying_store import BUCKET, LyingStore
from replay_server import ReplayServer
from sandbox import Sandbox

UUID = "9d9bedb8-92aa-4a3b-abb1-1bcce01ed909"
PREFIX = "some/prefix"
LARGE = "model.bin"  # of three parts of the transfer engine
LARGE_BYTES = 40 << 20


@functools.lru_cache
def content(name, size):
    """Bytes of their own for a name."""
    return hashlib.shake_256(name.encode(errors="surrogateescape")).digest(size)


@functools.lru_cache
def ordinary_files():
    small = {f"shards/{number:03}.bin": content(f"shard {number}", 10_000 + number) for number in range(40)}
    return {LARGE: content(LARGE, LARGE_BYTES), "metadata.json": b'{"steps_completed": 200}', "empty": b"", **small}


class StoredCheckpoint:
    """One store and one master, a sandbox that is signed in, and commands."""

    def __init__(self, det, store, master, sandbox):
        self.det, self.store, self.master, self.sandbox = det, store, master, sandbox
        self.target = sandbox.work / "out"

    def line(self, *flags, output=None):
        return [self.det, "checkpoint", "download", UUID, "-o", str(output or self.target), "--mode", "direct", *flags]

    def download(self, *flags, output=None, before=(), timeout=150):
        """One whole command; `output`: where to, if not by the target's name; `before`: a program that starts it."""
        return self.sandbox.piped([*before, *self.line(*flags, output=output)], timeout=timeout)

    def start(self):
        return subprocess.Popen(self.line(), cwd=self.sandbox.work, env=self.sandbox.environment(),
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def expected(self):
        """The files that a whole download leaves, by relative name."""
        start, kept = f"{PREFIX}/{UUID}/", {"det-receipt.json": "det-receipt.json.from-checkpoint"}
        files = {key[len(start):]: stored.body for key, stored in self.store.objects.items() if not key.endswith("/")}
        return {kept.get(name, name): body for name, body in files.items()}


def size_of(body):
    return len(getattr(body, "body", body))


def described(cluster, port, files, uuid=UUID):
    """The cluster, with this checkpoint in a bucket."""
    changed = copy.copy(cluster)
    checkpoint = copy.deepcopy(cluster.checkpoints[uuid])
    checkpoint["training"]["experimentConfig"]["checkpoint_storage"] = {
        "type": "s3", "bucket": BUCKET, "prefix": PREFIX, "endpoint_url": f"http://127.0.0.1:{port}",
        "access_key": "any", "secret_key": "any"}
    checkpoint["resources"] = {name: str(size_of(body)) for name, body in files.items()}
    changed.checkpoints = {**cluster.checkpoints, uuid: json.loads(json.dumps(checkpoint))}
    return changed


@functools.lru_cache
def whole_cluster():
    return recorded.recorded_cluster()


@contextlib.contextmanager
def stored_checkpoint(det, files=None, known=None):
    """With `files` in the store and `known` on the master's list; by default those are the same."""
    files = ordinary_files() if files is None else files
    start = f"{PREFIX}/{UUID}/"
    with LyingStore({start + name: body for name, body in files.items()}, start + LARGE) as store:
        cluster = described(whole_cluster(), store.port, files if known is None else known)
        with ReplayServer(cluster, "/nowhere") as master, Sandbox(master.url) as sandbox:
            sandbox.write_token(replay.TOKEN)
            yield StoredCheckpoint(det, store, master, sandbox)
