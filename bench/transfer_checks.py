"""Cases i and j: what is asked of the store again after a kill, and when everything is there already."""

import os
import pathlib
import signal
import subprocess
import time

import static_s3
import transfer_peers as peers
from transfer_rounds import emptied

MOST_ASKED_AGAIN = 0.52
FLAGS = ("--mode", "direct", "--verify", "size")


class Check:
    """One line of the result for each of `times` runs; every one has to hold."""

    def __init__(self, site, name, what, times):
        self.site, self.name, self.what, self.times = site, name, what, times
        self.place = site.memory / "out" / name

    def run(self, det, say):
        for _ in range(self.times):
            emptied(self.place, is_memory=True)
            said, holds = self.once(det)
            say(said, holds)


class Resume(Check):
    """A kill in the middle of a large object."""

    def __init__(self, site, times):
        super().__init__(site, "i", "a, killed at a half and resumed", times)
        self.laid, _ = site.in_static_store("a", "resume")

    def once(self, det):
        command = peers.det(det, self.laid, self.site.environment, *FLAGS)(self.place)
        written = killed_at(command, self.laid.bytes // 2) / self.laid.bytes
        self.site.static.requests()
        subprocess.run(command.argv, env=command.environment, check=True, stdout=subprocess.DEVNULL)
        self.laid.check(self.place, is_thorough=True)
        asked = sum(size for _, _, size, _ in static_s3.reads(self.site.static.requests())) / self.laid.bytes
        # What the kill came late by is not asked for again.
        most = min(MOST_ASKED_AGAIN, 1 - written + MOST_ASKED_AGAIN - 0.5)
        said = f"{written:.1%} written at the kill, {asked:.1%} asked for again, wanted at most {most:.1%}"
        return said, asked <= most


def killed_at(command, bytes_written):
    """Kills the command when it has written so much; how much it had."""
    process = subprocess.Popen(command.argv, env=command.environment, stdout=subprocess.DEVNULL)
    written = 0
    while written < bytes_written and process.poll() is None:
        try:
            lines = pathlib.Path(f"/proc/{process.pid}/io").read_text().splitlines()
        except OSError:
            break
        written = int(next(line for line in lines if line.startswith("wchar:")).split()[1])
        time.sleep(0.0005)
    assert process.poll() is None, "the download ended before it could be killed"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return written


class Rerun(Check):
    """Everything is there already."""

    def __init__(self, site, times):
        super().__init__(site, "j", "d once more, with everything present", times)
        self.laid, self.experiment = site.in_static_store("d", "resume")

    def once(self, det):
        command = peers.det_experiment(det, self.experiment, self.site.environment, *FLAGS)(self.place)
        subprocess.run(command.argv, env=command.environment, check=True, stdout=subprocess.DEVNULL)
        self.site.static.requests()
        subprocess.run(command.argv, env=command.environment, check=True, stdout=subprocess.DEVNULL)
        asked = self.site.static.requests()
        reads, lists = len(static_s3.reads(asked)), len(static_s3.lists(asked))
        most = len(self.laid.uuids)
        return f"{reads} objects read, wanted 0; {lists} lists, wanted at most {most}", reads == 0 and lists <= most


CHECKS = {"i": Resume, "j": Rerun}
