"""Downloads of two checkpoints at a time: what nobody reads is not fetched to its end, and where the disk has room for one,
one is there afterwards."""

import contextlib
import subprocess
import time

import replay
from lying_store import LyingStore
from replay_server import ReplayServer
from sandbox import Sandbox
from stored_checkpoint import PREFIX, UUID, StoredCheckpoint, content, described, whole_cluster
from transfer_disk import disk_of

OTHER = "fca3e11f-4d58-4b94-ba3a-cc9cbca52383"
MIB = 1 << 20
AT_ONCE_S = 5


@contextlib.contextmanager
def two_checkpoints(det, first, second):
    """`first` (UUID) and `second` (OTHER): files of the two by name."""
    objects = {f"{PREFIX}/{uuid}/{name}": body for uuid, files in ((UUID, first), (OTHER, second))
               for name, body in files.items()}
    with LyingStore(objects) as store:
        cluster = described(whole_cluster(), store.port, first)
        cluster = described(cluster, store.port, second, OTHER)
        with ReplayServer(cluster, "/nowhere") as master, Sandbox(master.url) as sandbox:
            sandbox.write_token(replay.TOKEN)
            yield StoredCheckpoint(det, store, master, sandbox)


def line(place):
    return [place.det, "checkpoint", "download", UUID, OTHER, "-o", str(place.target), "-q", "--mode", "direct"]


def a_closed_pipe(det):
    second = content("second", 16 * MIB)
    with two_checkpoints(det, {"small.bin": b"first"}, {"large.bin": second}) as place:
        place.store.bytes_per_second = MIB
        begun = time.monotonic()
        process = subprocess.Popen(line(place), cwd=place.sandbox.work, env=place.sandbox.environment(),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.close()
        stderr = process.stderr.read()
        if process.wait(timeout=60) != 0 or stderr:
            yield f"it ended with {process.returncode}: {stderr!r}"
        if time.monotonic() - begun > AT_ONCE_S:
            yield f"it took {time.monotonic() - begun:.1f} s, and nobody read"
        if (place.target / OTHER).exists():
            yield "what nobody waits for is there"


def a_disk_with_room_for_one(det):
    files = {f"{number:02}.bin": content(f"file {number}", MIB) for number in range(6)}
    with two_checkpoints(det, files, files) as place, disk_of(place, 9 * MIB):
        outcome = place.sandbox.piped(line(place), timeout=60)
        if outcome.status != 8:
            yield f"it ended with {outcome.status}: {outcome.stderr!r}"
        if not (place.target / UUID / "det-receipt.json").exists():
            yield "the first is not there"
        if left := sorted(path.name for path in place.target.iterdir() if path.name != UUID):
            yield f"{left} is left behind"


def attempts(det):
    yield "two at a time: a closed pipe", lambda: a_closed_pipe(det)
    yield "two at a time: a disk with room for one", lambda: a_disk_with_room_for_one(det)
