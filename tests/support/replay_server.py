#!/usr/bin/env python3
"""Serves the recorded cluster on loopback.

    replay_server.py (--case NAME | --all) [--port N] [--print-port] [--storage DIR]

Runs until it is terminated. With --print-port the port is the first line of its output. The storage folder gets the
files of the stored checkpoints; without --storage it is a temporary one, removed at the end.
"""

import argparse
import contextlib
import pathlib
import signal
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import archives  # noqa: E402
import cluster as recorded  # noqa: E402
import recordings  # noqa: E402
from replay import Play  # noqa: E402
from wire_http import Server  # noqa: E402


@contextlib.contextmanager
def laid_out_storage(cluster, directory=None):
    """A folder with the files of every checkpoint that is whole in storage."""
    with contextlib.ExitStack() as stack:
        storage = pathlib.Path(directory or stack.enter_context(tempfile.TemporaryDirectory(prefix="det-storage-")))
        for checkpoint in cluster.checkpoints.values():
            if archives.is_stored(checkpoint):
                archives.lay_out(checkpoint, storage)
        yield storage


class ReplayServer(Server):
    """A server whose play can be changed between commands."""

    def __init__(self, cluster, storage, port=0):
        super().__init__(lambda request: self.play.answer(request), port)
        self.cluster, self.storage = cluster, storage
        self.play = Play(cluster, storage)

    def begin(self, case=None):
        self.play = Play(self.cluster, self.storage, case)
        return self.play

    def as_recorded(self, data):
        """Output with the recorded names of the storage folder and of the master's address."""
        return data.replace(str(self.storage).encode(), b"/lab/storage").replace(self.url.encode(),
                                                                                 b"http://MASTER:PORT")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--case", choices=recordings.case_names(), metavar="NAME")
    which.add_argument("--all", action="store_true")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--print-port", action="store_true")
    parser.add_argument("--storage")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    cluster = recorded.recorded_cluster()
    with laid_out_storage(cluster, arguments.storage) as storage:
        with ReplayServer(cluster, storage, arguments.port) as server:
            play = server.begin(recordings.read_case(arguments.case) if arguments.case else None)
            if arguments.print_port:
                print(server.port, flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                server.thread.join()
    for problem in play.problems:
        print(problem, file=sys.stderr)


if __name__ == "__main__":
    main()
