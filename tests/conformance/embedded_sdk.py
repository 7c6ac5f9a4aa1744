#!/usr/bin/env python3
"""The official SDK finds in our master what a real one held, and changes it.

Without the official client installed it is skipped by name (status 77).
"""

import pathlib
import sys

from embedded import SKIPPED, det_or_skip, embedded

import cluster as recorded
from importer import Importer
from local_master import PASSWORD
from replay_server import laid_out_storage


def main():
    det = det_or_skip(__doc__)
    if det is None:
        return SKIPPED
    cluster = recorded.recorded_cluster()
    with laid_out_storage(cluster) as folder:
        storage = pathlib.Path(folder).resolve()
        with embedded(det, storage) as place:
            importer = Importer(place.rest, cluster, storage)
            importer.experiments(sorted(cluster.experiments))
            importer.model("reg-model")
            calls = place.peer("sdk_calls.py", place.master.url, PASSWORD, str(storage))
            said, errors = calls.communicate(timeout=300)
            print(said, end="")
            if not said:
                print(errors, end="")
            return calls.returncode


sys.exit(main())
