"""The official client, as a peer of our tests."""

import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from peers import SKIPPED, peer_program  # noqa: E402

PEER = "determined-0.38.1"


def peer_python():
    """The interpreter of the official package; None where it is not installed."""
    return peer_program(PEER, "python")


class Client:
    """Runs commands of the official client against one master."""

    def __init__(self, python, master_url):
        driver = pathlib.Path(__file__).resolve().with_name("official_driver.py")
        self.process = subprocess.Popen([python, driver], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, "DET_MASTER": master_url, "COLUMNS": "200"})

    def run(self, argv, sandbox, environment, stdin=""):
        """A dictionary: status, stdout, stderr."""
        return self._ordered(sandbox, environment, argv=argv, stdin=stdin)

    def call(self, python, sandbox, environment):
        """The same of Python that calls the SDK, `client`."""
        return self._ordered(sandbox, environment, python=python, stdin="")

    def _ordered(self, sandbox, environment, **what):
        order = {"cwd": str(sandbox.work), "environment": environment, **what}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())
