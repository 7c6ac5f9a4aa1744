#!/usr/bin/env python3
"""Direct downloads from an S3 store that breaks the rules, that are killed and stopped, and whose disk fails: the rules of
transfer_rules.py hold, and a rerun against a healthy store ends well.

    transfer.py --det PROGRAM [--rounds N] [PART...]
"""

import argparse
import concurrent.futures
import contextlib
import json
import pathlib
import random
import signal
import sys
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
import transfer_cases as cases  # noqa: E402
import transfer_disk as disk  # noqa: E402
import transfer_lanes as lanes  # noqa: E402
from sandbox import Outcome  # noqa: E402
from stored_checkpoint import LARGE, LARGE_BYTES, PREFIX, UUID, content, ordinary_files, stored_checkpoint  # noqa: E402
from transfer_rules import KILLED, problems, problems_afterwards, problems_of_idle_run  # noqa: E402

AT_ONCE = 4
KILLED_BYTES = 96 << 20
KILLED_BYTES_PER_SECOND = 60 << 20
# What a kill may lose: segments of 4 MiB of the parts under way, and what sockets hold.
IN_FLIGHT = 48 << 20


@contextlib.contextmanager
def slow_checkpoint(det):
    with stored_checkpoint(det, {**ordinary_files(), LARGE: content(LARGE, KILLED_BYTES)}) as place:
        place.store.bytes_per_second = KILLED_BYTES_PER_SECOND
        yield place


def stopped(place, number, moment):
    """A download that gets a signal when that part of its bytes was sent: its Outcome, and how many that were."""
    process = place.start()
    deadline = time.monotonic() + 60
    while place.store.sent < moment * KILLED_BYTES and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    sent = place.store.sent
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=30)
    place.store.wait_until_left()
    return Outcome(process.returncode, stdout, stderr), sent


def verified_by(place, name):
    """What the receipt says that a file was compared with: "size", or a digest that the store states."""
    receipt = json.loads((place.target / "det-receipt.json").read_text())
    return next(file["verified"] for file in receipt["files"] if file["path"] == name)


class Attempts:
    """The parts of the test; each yields (name, function that returns problems)."""

    def __init__(self, det, rounds):
        self.det, self.rounds = det, rounds

    def healthy(self):
        def attempt():
            with stored_checkpoint(self.det) as place:
                yield from problems(place, place.download(), {0}, place.expected())
                if verified_by(place, LARGE) != "md5":
                    yield f"the receipt says verified by {verified_by(place, LARGE)}"
                yield from problems_of_idle_run(place, place.expected())

        yield "a store that keeps the rules", attempt

    def lies(self):
        """About an object that comes in parts, and one that comes whole."""
        def attempt(victim, lie, statuses):
            with stored_checkpoint(self.det) as place:
                place.store.victim, place.store.lie = f"{PREFIX}/{UUID}/{victim}", lie
                yield from problems(place, place.download(), statuses, place.expected())
                yield from problems_afterwards(place, place.expected())

        for lie, statuses in cases.OBJECT_LIES.items():
            for victim in (LARGE,) if lie in cases.LIES_OF_PARTS else (LARGE, cases.SMALL):
                yield (f"object: {lie}, {victim}",
                       lambda victim=victim, lie=lie, statuses=statuses: attempt(victim, lie, statuses))

    def silence(self):
        """A store that falls silent for ever, and the user's own limit."""
        def attempt():
            with stored_checkpoint(self.det) as place:
                place.store.lie = "stall"
                yield from problems(place, place.download("--timeout", "4"), {124}, place.expected())
                small = sum(len(body) for name, body in ordinary_files().items() if name != LARGE)
                yield from problems_afterwards(place, place.expected(), at_most=LARGE_BYTES + small // 2)

        yield "object: stall, with --timeout", attempt

    def lists(self):
        def attempt(lie, statuses):
            with stored_checkpoint(self.det) as place:
                place.store.listing_lie, place.store.page_size = lie, cases.PAGE_SIZE
                yield from problems(place, place.download(), statuses, place.expected())
                yield from problems_afterwards(place, place.expected())

        for lie, statuses in cases.LISTING_LIES.items():
            yield f"list: {lie}", lambda lie=lie, statuses=statuses: attempt(lie, statuses)

    def objects(self):
        """With all of them on the master's list, and with a master that knows of no file."""
        def attempt(case, known):
            files = {**ordinary_files(), **case.besides}
            with stored_checkpoint(self.det, files, files if known else {}) as place:
                start = f"{PREFIX}/{UUID}/"
                place.store.list_besides({start + name: body for name, body in case.listed_twice.items()})
                outcome = place.download()
                yield from problems(place, outcome, case.statuses, place.expected())
                if outcome.status == 0:
                    yield from problems_of_idle_run(place, place.expected())

        for name, case in cases.OBJECTS.items():
            yield f"objects, not listed: {name}", lambda case=case: attempt(case, known=False)
            if case.fits_json():
                yield f"objects, listed: {name}", lambda case=case: attempt(case, known=True)

    def digests(self):
        def attempt(stored, size, statuses):
            with stored_checkpoint(self.det, cases.files_with(stored, size)) as place:
                place.store.lie = "flipped"
                outcome = place.download()
                if outcome.status == 0 and 0 in statuses:
                    if verified_by(place, LARGE) != "size":
                        yield "the receipt says that the damaged file was checked"
                    return
                yield from problems(place, outcome, statuses, place.expected())
                yield from problems_afterwards(place, place.expected())

        for name, case in cases.DIGESTS.items():
            yield f"a flipped bit, put {name}", lambda case=case: attempt(*case)

    def kills(self):
        def attempt(number, moment, status):
            with slow_checkpoint(self.det) as place:
                outcome, sent = stopped(place, number, moment)
                yield from problems(place, outcome, {status}, place.expected())
                yield from problems_afterwards(place, place.expected(), at_most=KILLED_BYTES - sent + IN_FLIGHT)

        def attempt_without():
            with slow_checkpoint(self.det) as place:
                stopped(place, signal.SIGKILL, 0.6)
                rest = {name: body for name, body in place.expected().items() if name != LARGE}
                yield from problems(place, place.download("--exclude", LARGE), {0}, rest)

        yield "a kill, then a rerun that leaves the killed file out", attempt_without
        for number in range(self.rounds):
            moment = random.random()
            yield (f"kill {number + 1}, when {moment:.0%} is sent",
                   lambda moment=moment: attempt(signal.SIGKILL, moment, KILLED))
        yield "SIGINT", lambda: attempt(signal.SIGINT, 0.6, 130)
        yield "SIGTERM", lambda: attempt(signal.SIGTERM, 0.6, 143)

    def disks(self):
        yield from disk.attempts(self.det)

    def lanes(self):
        yield from lanes.attempts(self.det)


PARTS = ("healthy", "lies", "silence", "lists", "objects", "digests", "kills", "disks", "lanes")


def ended(attempt):
    """What is wrong, as lines; also that the test itself fails."""
    try:
        return list(attempt())
    except Exception as broken:  # the other attempts go on
        return [f"the attempt broke: {broken!r}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--det", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--rounds", type=int, default=5, help="how often to kill")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    arguments = parser.parse_args()
    every = Attempts(arguments.det, arguments.rounds)
    attempts = [attempt for part in arguments.parts or PARTS for attempt in getattr(every, part)()]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for (name, _), found in zip(attempts, pool.map(lambda one: ended(one[1]), attempts)):
            if found:
                failed += 1
                print(f"{name}:", *found, sep="\n  ", flush=True)
    print(f"{len(attempts) - failed} of {len(attempts)} downloads ended as they should")
    return 1 if failed else 0


sys.exit(main())
