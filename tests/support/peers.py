"""The programs of others that scripts/peers installed."""

import os
import pathlib

SKIPPED = 77  # the exit status of a test whose peer is missing


def peers_folder():
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    return pathlib.Path(os.environ.get("DET_PEERS") or cache / "det-peers")


def peer_program(peer, program):
    """Where a program of the peer, named "NAME-VERSION", lies; None unless all of it is installed."""
    place = peers_folder() / peer
    return place / "bin" / program if (place / "complete").exists() else None
