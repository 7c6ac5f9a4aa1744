"""What the checks of the official SDK share. Read by the interpreter that has the official client installed."""

import pathlib
import time

from determined.experimental import client

import cluster as recorded

PATIENCE = 30


class Place:
    def __init__(self, storage):
        self.cluster, self.storage = recorded.recorded_cluster(), pathlib.Path(storage)

    @property
    def session(self):
        return client._get_singleton_session()

    def rows(self, experiment):
        return self.cluster.checkpoints_of("experiments", experiment)


def refused(kind, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except kind as error:
        return str(error)
    raise AssertionError(f"{call.__qualname__}{arguments} is not refused")


def wait_for(what):
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def equal(found, expected):
    assert found == expected, f"{found} instead of {expected}"


def uuids(checkpoints):
    return [checkpoint.uuid for checkpoint in checkpoints]


def metric(row, name):
    return (row["training"]["validationMetrics"]["avgMetrics"] or {}).get(name)
