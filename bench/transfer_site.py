"""What stands around a transfer: a master that knows the checkpoints, the stores that hold them, a file system that can
share blocks."""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass

import static_s3
import transfer_peers

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "support"))
from local_master import free_port, local_master  # noqa: E402


@dataclass
class Store:
    """An object store, or a part of one: its keys are those of `bucket`."""

    url: str
    bucket: pathlib.Path
    is_signed: bool = False

    def key(self, laid):
        return laid.folder.relative_to(self.bucket).as_posix()

    def configuration(self, laid):
        return {"type": "s3", "bucket": static_s3.BUCKET, "prefix": self.key(laid), "endpoint_url": self.url,
                "access_key": "k", "secret_key": "s"}


class Reporter:
    """Tells a master of experiments, as training code would."""

    def __init__(self, master):
        self.master = master
        logins = json.loads(master.sandbox.token_file.read_text())
        self.token = logins["masters"][master.url]["tokens"]["determined"]

    def post(self, path, body):
        request = urllib.request.Request(self.master.url + path, json.dumps(body).encode(),
                                         {"Authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or "{}")

    def experiment(self, laid, storage):
        """One experiment with a checkpoint and a validation for each of the dataset; its id."""
        config = {"name": laid.dataset, "checkpoint_storage": storage,
                  "searcher": {"name": "single", "metric": "loss", "smaller_is_better": True}}
        created = self.post("/api/v1/experiments", {"config": json.dumps(config), "unmanaged": True})["experiment"]
        trial = self.post("/api/v1/trials", {"experimentId": created["id"], "hparams": {}})["trial"]
        for step, (uuid, files) in enumerate(laid.files.items(), 1):
            report = {"trialId": trial["id"], "trialRunId": 0, "stepsCompleted": step,
                      "metrics": {"avgMetrics": {"loss": 1 / step}}}
            self.post(f"/api/v1/trials/{trial['id']}/metrics", {"group": "validation", "metrics": report})
            self.post("/api/v1/checkpoints",
                      {"uuid": uuid, "taskId": trial["taskId"], "training": {}, "state": "STATE_COMPLETED",
                       "resources": {path: str(size) for path, size in files.items()},
                       "metadata": {"steps_completed": step}})
        return created["id"]


class Site:
    """Everything that runs meanwhile. `close()` ends it; what is missing for a case raises Missing."""

    def __init__(self, det, fixtures, scratch, memory):
        self.det, self.fixtures, self.scratch, self.memory = det, fixtures, scratch, memory
        self.disk = scratch / "out"
        self.ends = contextlib.ExitStack()
        self.master = self.ends.enter_context(local_master(det))
        self.reporter = Reporter(self.master)
        self.archives = fixtures.root / "archives"
        ports = {"s3": free_port(), "front": free_port()}
        self.static = static_s3.StaticS3(fixtures, scratch / "nginx", ports, self.archives)
        self.static_store = Store(self.static.url, fixtures.bucket)
        self.servers = [self.master.pid]

    def start(self):
        """After the last case is prepared."""
        if transfer_peers.program("nginx"):
            self.static.start(self.master.port)
            self.ends.callback(self.static.stop)
            self.servers.append(self.static.process.pid)

    def close(self):
        self.ends.close()

    @property
    def environment(self):
        return self.master.environment()

    @property
    def front_environment(self):
        return {**self.environment, "DET_MASTER": self.static.front_url, "DET_AUTH_TOKEN": self.reporter.token}

    def in_static_store(self, dataset, kind="plain", checksums=None):
        """The dataset and its experiment."""
        require("nginx")
        laid = self.fixtures.lay(dataset, kind)
        self.static.offer(laid, checksums)
        return laid, self.reporter.experiment(laid, self.static_store.configuration(laid))

    def on_file_system(self, dataset, kind, root):
        laid = self.fixtures.lay(dataset, kind, root)
        storage = {"type": "shared_fs", "host_path": str(laid.folder.parent), "storage_path": dataset}
        return laid, self.reporter.experiment(laid, storage)

    def in_gateway(self, dataset):
        """A store that checks signatures and states MD5 digests, with the dataset put into it."""
        require("versitygw", "curl")
        laid = self.fixtures.lay(dataset, "md5", self.scratch)
        place = self.scratch / "gateway"
        (place / static_s3.BUCKET).mkdir(parents=True)
        port = free_port()
        process = subprocess.Popen([transfer_peers.program("versitygw"), "--port", f"127.0.0.1:{port}", "--quiet",
                                    "posix", str(place)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   env={**os.environ, "ROOT_ACCESS_KEY": "k", "ROOT_SECRET_KEY": "s"})
        self.ends.callback(lambda: (process.terminate(), process.wait()))
        self.servers.append(process.pid)
        wait_for(process, port)
        store = Store(f"http://127.0.0.1:{port}", self.scratch, is_signed=True)
        for path in laid.paths():
            self._put(store, laid, path)
        return laid, self.reporter.experiment(laid, store.configuration(laid)), store

    @staticmethod
    def _put(store, laid, path):
        subprocess.run(["curl", "-sS", "--fail", *transfer_peers.SIGNING, "-T", str(laid.folder / path),
                        f"{store.url}/{static_s3.BUCKET}/{store.key(laid)}/{path}"], check=True,
                       stdout=subprocess.DEVNULL)

    def sharing_blocks(self):
        """A folder on a file system of its own that clones files."""
        makers = {"mkfs.btrfs": ["-q"], "mkfs.xfs": ["-q", "-m", "reflink=1"]}
        maker = next((name for name in makers if shutil.which(name)), None)
        if os.geteuid() != 0 or not maker:
            raise Missing("the right to mount" if maker else "mkfs.btrfs or mkfs.xfs")
        image, place = self.scratch / "blocks.image", self.scratch / "blocks"
        place.mkdir()
        with open(image, "wb") as file:
            file.truncate(4 << 30)
        for words in ([maker, *makers[maker], str(image)], ["mount", "-o", "loop", str(image), str(place)]):
            if subprocess.run(words, check=False).returncode != 0:
                raise Missing(f"what {words[0]} needs")
        self.ends.callback(lambda: subprocess.run(["umount", str(place)], check=True))
        return place


def wait_for(process, port):
    """Until the server listens."""
    for _ in range(1000):
        assert process.poll() is None, f"{process.args[0]} has ended"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.01)
    raise AssertionError(f"{process.args[0]} does not listen")


class Missing(Exception):
    """A case cannot be run here, for want of what it names."""


def require(*programs):
    for name in programs:
        if not transfer_peers.program(name):
            raise Missing(name)


def cpu_seconds(pid):
    """Of a process and of its children that live."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") + sum(map(cpu_seconds, children))
