"""An embedded master of the built program, in a sandbox of its own."""

import contextlib
import json
import os
import signal
import socket
import subprocess

from sandbox import Sandbox

PASSWORD = "Passw0rdA1"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class LocalMaster:
    """`det deploy local cluster-up` and its end. Commands run in the same home."""

    def __init__(self, det, sandbox, port=None):
        self.det, self.sandbox, self.port = str(det), sandbox, port or free_port()
        self.url = f"http://localhost:{self.port}"
        self.data = sandbox.root / "data"
        self.folder = self.data / "det" / "determined"

    def environment(self, **changes):
        return self.sandbox.environment(**{"XDG_DATA_HOME": str(self.data), "DET_MASTER": self.url, **changes})

    def run(self, *words, stdin=b"", timeout=60, **changes):
        return self.sandbox.piped([self.det, *map(str, words)], self.environment(**changes), stdin, timeout)

    def up(self, *flags):
        return self.run("deploy", "local", "cluster-up", "--master-port", self.port, *flags)

    def down(self, *flags):
        return self.run("deploy", "local", "cluster-down", *flags)

    def start(self, *flags):
        """Up, with a known password, or an AssertionError."""
        done = self.up("--initial-user-password", PASSWORD, *flags)
        assert done.status == 0, done
        return self

    @property
    def pid(self):
        return json.loads((self.folder / "master.json").read_text())["pid"]

    def kill(self):
        pid = self.pid
        os.kill(pid, signal.SIGKILL)
        subprocess.run(["tail", f"--pid={pid}", "-f", "/dev/null"], check=True, timeout=20)


@contextlib.contextmanager
def local_master(det, *flags):
    """One that answers, and is gone afterwards."""
    with Sandbox("") as sandbox:
        master = LocalMaster(det, sandbox)
        try:
            yield master.start(*flags)
        finally:
            master.down()
