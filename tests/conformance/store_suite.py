#!/usr/bin/env python3
"""Runs the suite of what every store must do over one store: a directory, or a server of somebody else on loopback. Where
that server is not installed it is skipped by name (status 77).

    store_suite.py --suite PROGRAM directory|s3|gcs|azure [WORD FOR THE SUITE...]
"""

import argparse
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
import object_stores  # noqa: E402
from peers import SKIPPED  # noqa: E402

PEERS = {"s3": object_stores.VERSITYGW, "gcs": object_stores.FAKE_GCS, "azure": object_stores.AZURITE}
LINES, BACKSLASH = ["two\nlines", "tab\tend\r"], ["back\\slash"]
# What differs between stores. GCS knows no line ends in names, and Azurite takes a backslash for a slash.
PROPERTIES = {
    "directory": {"digest": "", "versions": False, "names": LINES + BACKSLASH},
    "s3": {"digest": "md5", "versions": True, "names": LINES + BACKSLASH},
    "gcs": {"digest": "crc32c", "versions": True, "names": BACKSLASH},
    "azure": {"digest": "md5", "versions": True, "names": []},
}


@contextlib.contextmanager
def opened(kind, folder):
    """The document for the suite and the variables that its process needs; None where there is no such store."""
    if kind == "directory":
        place = folder / "store"
        place.mkdir()
        yield {"configuration": {"type": "directory", "container_path": str(place)}}, {}
        return
    with object_stores.STORES[kind]() as store:
        if store is None:
            yield None
            return
        document = {"configuration": store.configuration}
        if store.wrong:
            document.update(wrong=store.wrong, wrong_secret=store.wrong_secret)
        yield document, store.environment


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", required=True)
    parser.add_argument("kind", choices=PROPERTIES)
    arguments, words = parser.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="det-store-") as name, opened(arguments.kind, pathlib.Path(name)) as found:
        if found is None:
            print(f"skipped: {PEERS[arguments.kind]} is not installed")
            return SKIPPED
        document, environment = found
        file = pathlib.Path(name) / "under_test.json"
        file.write_text(json.dumps({**document, **PROPERTIES[arguments.kind]}))
        return subprocess.run([arguments.suite, *words], env={**os.environ, **environment, "NO_PROXY": "*",
                                                              "DET_STORE_UNDER_TEST": str(file)}).returncode


sys.exit(main())
