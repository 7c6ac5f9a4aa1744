"""Object stores of others, on loopback: an S3 gateway, a GCS server and an Azure one, each with a bucket "checkpoints".

Each is a context manager that gives an ObjectStore, or None where its program is not installed.
"""

import base64
import contextlib
import hashlib
import http.client
import json
import os
import pathlib
import subprocess
import tempfile
import time
from dataclasses import dataclass, field

from local_master import free_port
from object_requests import AzureObjects, GcsObjects, S3Objects, ask, azure_request, succeeded
from peers import peer_program

VERSITYGW, FAKE_GCS, AZURITE = "versitygw-1.8.0", "fake-gcs-server-1.56.1", "azurite-3.35.0"
BUCKET = "checkpoints"
ACCESS_KEY, SECRET_KEY = "det-access", "det-secret-key"
ACCOUNT, ACCOUNT_KEY = "detaccount", base64.b64encode(hashlib.sha256(b"det").digest()).decode()
WRONG_SECRET = base64.b64encode(hashlib.sha256(b"not det").digest()).decode()
READY_SECONDS = 60


@dataclass
class ObjectStore:
    """`configuration`: checkpoint_storage of an experiment that lies there; `wrong`: the same, with a secret that the
    server does not take (None: it takes everyone's). `environment`: variables that a client needs besides."""

    configuration: dict
    wrong: dict
    wrong_secret: str
    port: int
    objects: object  # object_requests.py: those of the bucket
    environment: dict = field(default_factory=dict)


@contextlib.contextmanager
def started(command, port, log, environment=None):
    """A server that answers HTTP on the port."""
    with open(log, "wb") as output:
        process = subprocess.Popen(command, env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL,
                                   stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not answers(port):
            assert process.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(port):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
            return True
        except (OSError, http.client.HTTPException):
            return False


@contextlib.contextmanager
def temporary_folder():
    with tempfile.TemporaryDirectory(prefix="det-store-") as folder:
        yield pathlib.Path(folder)


@contextlib.contextmanager
def s3_store():
    program, port = peer_program(VERSITYGW, "versitygw"), free_port()
    if program is None:
        yield None
        return
    with temporary_folder() as folder:
        (folder / "buckets" / BUCKET).mkdir(parents=True)
        (folder / "attributes").mkdir()
        command = [program, "--port", f"127.0.0.1:{port}", "--quiet", "posix", "--sidecar", folder / "attributes",
                   folder / "buckets"]
        keys = {"ROOT_ACCESS_KEY": ACCESS_KEY, "ROOT_SECRET_KEY": SECRET_KEY}
        with started(command, port, folder / "log", keys):
            right = {"type": "s3", "bucket": BUCKET, "prefix": "some/prefix", "access_key": ACCESS_KEY,
                     "secret_key": SECRET_KEY, "endpoint_url": f"http://127.0.0.1:{port}"}
            yield ObjectStore(right, {**right, "secret_key": WRONG_SECRET}, WRONG_SECRET, port,
                              S3Objects(port, BUCKET, ACCESS_KEY, SECRET_KEY))


@contextlib.contextmanager
def gcs_store():
    program, port = peer_program(FAKE_GCS, "fake-gcs-server"), free_port()
    if program is None:
        yield None
        return
    with temporary_folder() as folder:
        command = [program, "-scheme", "http", "-host", "127.0.0.1", "-port", str(port), "-public-host",
                   f"127.0.0.1:{port}", "-backend", "memory", "-log-level", "error"]
        with started(command, port, folder / "log"):
            succeeded(ask(port, "POST", "/storage/v1/b?project=det", json.dumps({"name": BUCKET}),
                          Content_Type="application/json"))
            yield ObjectStore({"type": "gcs", "bucket": BUCKET, "prefix": "some/prefix"}, None, None, port,
                              GcsObjects(port, BUCKET), {"STORAGE_EMULATOR_HOST": f"http://127.0.0.1:{port}"})


@contextlib.contextmanager
def azure_store():
    program, port = peer_program(AZURITE, "azurite-blob"), free_port()
    if program is None:
        yield None
        return
    with temporary_folder() as folder:
        command = [program, "--blobHost", "127.0.0.1", "--blobPort", str(port), "--location", folder, "--silent",
                   "--skipApiVersionCheck", "--disableTelemetry"]
        with started(command, port, folder / "log", {"AZURITE_ACCOUNTS": f"{ACCOUNT}:{ACCOUNT_KEY}"}):
            succeeded(azure_request(port, ACCOUNT, ACCOUNT_KEY, "PUT", f"/{BUCKET}", {"restype": "container"}))
            right = {"type": "azure", "container": BUCKET, "connection_string": connection_string(port, ACCOUNT_KEY)}
            wrong = {**right, "connection_string": connection_string(port, WRONG_SECRET)}
            yield ObjectStore(right, wrong, WRONG_SECRET, port, AzureObjects(port, BUCKET, ACCOUNT, ACCOUNT_KEY))


def connection_string(port, key):
    return (f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={key};"
            f"BlobEndpoint=http://127.0.0.1:{port}/{ACCOUNT};")


STORES = {"s3": s3_store, "gcs": gcs_store, "azure": azure_store}
