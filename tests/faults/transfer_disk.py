"""Downloads whose disk is full, read-only or forbidden, which may open few files, or find links where files should go."""

import contextlib
import os
import subprocess
import threading

from sandbox import Outcome
from stored_checkpoint import LARGE, LARGE_BYTES, content, ordinary_files, stored_checkpoint
from transfer_rules import OUTSIDE, files_below, problems, problems_afterwards

MIB = 1 << 20
NOBODY = 65534
FEW_FILES = 64


@contextlib.contextmanager
def disk_of(place, size):
    """The working directory is a file system of its own."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place.sandbox.work], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", place.sandbox.work], check=True)


def too_small_a_disk(det):
    with stored_checkpoint(det) as place, disk_of(place, LARGE_BYTES // 2):
        yield from problems(place, place.download(), {11}, place.expected())
        if place.store.sent:
            yield f"{place.store.sent:,} bytes were sent before the disk was looked at"


def a_disk_that_fills_up(det):
    with stored_checkpoint(det) as place, disk_of(place, LARGE_BYTES + 8 * MIB):
        place.store.bytes_per_second = LARGE_BYTES
        filler = place.sandbox.work / ".filler"
        fills = threading.Timer(0.3, fill, [filler])
        fills.start()
        outcome = place.download()
        fills.join()
        filler.unlink()
        yield from problems(place, outcome, {0, 11}, place.expected())
        yield from problems_afterwards(place, place.expected())


def fill(file):
    with contextlib.suppress(OSError), open(file, "wb", buffering=0) as filler:
        while True:
            filler.write(bytes(65_536))


def a_disk_to_read_only(det):
    with stored_checkpoint(det) as place, disk_of(place, 2 * LARGE_BYTES):
        subprocess.run(["mount", "-o", "remount,ro", place.sandbox.work], check=True)
        yield from problems(place, place.download(), {11}, place.expected())
        if place.store.sent:
            yield f"{place.store.sent:,} bytes were sent"


def download_as_nobody(place):
    """By a descriptor: the program's own folder need not be open to everyone."""
    subprocess.run(["chown", "-R", str(NOBODY), place.sandbox.root / "home"], check=True)
    place.sandbox.root.chmod(0o755)
    program = os.open(place.det, os.O_RDONLY)
    try:
        done = subprocess.run([f"/proc/self/fd/{program}", *place.line()[1:]], cwd=place.sandbox.work, user=NOBODY,
                              group=NOBODY, extra_groups=[], env=place.sandbox.environment(), pass_fds=[program],
                              capture_output=True, timeout=150)
    finally:
        os.close(program)
    return Outcome(done.returncode, done.stdout, done.stderr)


def a_folder_that_is_not_ours(det):
    with stored_checkpoint(det) as place:
        yield from problems(place, download_as_nobody(place), {11}, place.expected())
        if place.store.sent:
            yield f"{place.store.sent:,} bytes were sent"
        yield from problems_afterwards(place, place.expected())


def a_folder_in_the_target_that_is_not_ours(det):
    with stored_checkpoint(det) as place:
        (place.target / "shards").mkdir(parents=True)
        for folder in (place.sandbox.work, place.target):
            os.chown(folder, NOBODY, NOBODY)
        yield from problems(place, download_as_nobody(place), {11, 13}, place.expected())
        os.chown(place.target / "shards", NOBODY, NOBODY)
        yield from problems(place, download_as_nobody(place), {0}, place.expected())


def few_open_files(det):
    many = {f"many/{number:03}": content(f"{number}", 3 * MIB // 2) for number in range(20)}
    with stored_checkpoint(det, {**ordinary_files(), **many}) as place:
        before = ["sh", "-c", f'ulimit -n {FEW_FILES}; exec "$@"', "sh"]
        yield from problems(place, place.download(before=before), {0}, place.expected())
        yield from problems_afterwards(place, place.expected(), at_most=0)


def links_in_the_target(det, *flags):
    """They are not followed, whatever becomes of them."""
    with stored_checkpoint(det) as place:
        outside = place.sandbox.root / OUTSIDE
        (outside / "folder").mkdir(parents=True)
        (outside / "file").write_bytes(b"stays")
        place.target.mkdir()
        (place.target / LARGE).symlink_to(outside / "file")
        (place.target / "shards").symlink_to(outside / "folder")
        before = files_below(place.target)
        outcome = place.download(*flags)
        if files_below(outside) != {"file": b"stays"}:
            yield f"outside the target there is {sorted(files_below(outside))}"
        yield from problems(place, outcome, {0, 7, 11, 13}, place.expected() if outcome.status == 0 else before)


def a_link_to_the_target(det):
    """The user's own: the checkpoint goes where it leads."""
    with stored_checkpoint(det) as place:
        place.target.mkdir()
        (place.sandbox.root / OUTSIDE).symlink_to(place.target)
        yield from problems(place, place.download(output=f"../{OUTSIDE}"), {0}, place.expected())


AS_ROOT = {
    "a disk that is too small": too_small_a_disk,
    "a disk that fills up": a_disk_that_fills_up,
    "a disk to read only": a_disk_to_read_only,
    "a folder that is not ours": a_folder_that_is_not_ours,
    "a folder in the target that is not ours": a_folder_in_the_target_that_is_not_ours,
}
AS_ANYONE = {
    "few open files": few_open_files,
    "links in the target": links_in_the_target,
    "links in the target, with --force": lambda det: links_in_the_target(det, "--force"),
    "a link to the target": a_link_to_the_target,
}


def attempts(det):
    """(name, function that returns problems)."""
    chosen = dict(AS_ANYONE)
    if os.geteuid() == 0:
        chosen.update(AS_ROOT)
    else:
        print(f"skipped, for want of root: {', '.join(AS_ROOT)}")
    for name, attempt in chosen.items():
        yield name, lambda attempt=attempt: attempt(det)
