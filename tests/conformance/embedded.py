"""An embedded master and software of the official package that works against it."""

import argparse
import contextlib
import json
import pathlib
import subprocess
import sys
import urllib.request

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
from local_master import local_master  # noqa: E402
from official import PEER, SKIPPED, Client, peer_python  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent


class Embedded:
    """One master with a storage folder of its own below `storage`, and who is signed in in its home."""

    def __init__(self, master, storage, client):
        self.master, self.storage, self.client = master, storage, client

    @property
    def token(self):
        return json.loads(self.master.sandbox.token_file.read_text())["masters"][self.master.url]["tokens"]["determined"]

    def rest(self, method, path, body=None):
        """What the answer's JSON holds; of a stream, its lines' results."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.master.url + path, data, {"Authorization": f"Bearer {self.token}"},
                                         method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            lines = answer.read().splitlines()
        documents = [json.loads(line) for line in lines if line.strip()]
        if documents and set(documents[0]) == {"result"}:
            return [document["result"] for document in documents]
        return documents[0] if documents else []

    def theirs(self, *argv, stdin=""):
        """stdout of a command of the official client that ends with 0."""
        environment = self.master.environment(COLUMNS="200", NO_COLOR="1")
        done = self.client.run([str(word) for word in argv], self.master.sandbox, environment, stdin)
        assert done["status"] == 0, (argv, done)
        return done["stdout"]

    def ours(self, *argv):
        done = self.master.run(*argv)
        assert done.status == 0, (argv, done)
        return done.stdout.decode()

    def peer(self, script, *words):
        """A process of the official package's interpreter."""
        return subprocess.Popen([peer_python(), str(HERE / script), *words], cwd=self.master.sandbox.work,
                                env=self.master.environment(PYTHONUNBUFFERED="1", PYTHONDONTWRITEBYTECODE="1"),
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def stored(self):
        """The names in the storage folder."""
        return sorted(path.name for path in self.storage.iterdir())


@contextlib.contextmanager
def embedded(det, storage, *flags):
    with local_master(det, "--storage-root", str(storage), *flags) as master:
        if not peer_python():
            yield Embedded(master, storage, None)
            return
        client = Client(peer_python(), master.url)
        try:
            yield Embedded(master, storage, client)
        finally:
            client.process.stdin.close()
            client.process.wait(timeout=60)


def det_or_skip(description):
    """The program under test; None, with a line that says so, where the peer is missing."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--det", required=True)
    det = pathlib.Path(parser.parse_args().det).resolve()
    if peer_python():
        return det
    print(f"skipped: {PEER} is not installed")
    return None


def judge(checks, subject, summary):
    """Runs each check with `subject`, names those that fail; the exit status."""
    failed = 0
    for check in checks:
        try:
            check(subject)
        except Exception as broken:  # a check fails for whatever reason, and the others still run
            failed += 1
            trace = broken.__traceback__.tb_next
            print(f"{check.__name__}: {broken!r} at line {trace.tb_lineno if trace else '?'}")
    print(f"{len(checks) - failed} of {len(checks)} {summary}")
    return 1 if failed else 0
