"""The official client, as a peer of our tests."""

import json
import os
import pathlib
import subprocess

PEER = "determined-0.38.1"
SKIPPED = 77


def peer_python():
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    peers = pathlib.Path(os.environ.get("DET_PEERS") or cache / "det-peers")
    return peers / PEER / "bin" / "python"


class Client:
    """Runs commands of the official client against one master."""

    def __init__(self, python, master_url):
        driver = pathlib.Path(__file__).resolve().with_name("official_driver.py")
        self.process = subprocess.Popen([python, driver], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, "DET_MASTER": master_url, "COLUMNS": "200"})

    def run(self, argv, sandbox, environment, stdin=""):
        """A dictionary: status, stdout, stderr."""
        order = {"argv": argv, "cwd": str(sandbox.work), "environment": environment, "stdin": stdin}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())
