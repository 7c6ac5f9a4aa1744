#!/usr/bin/env python3
"""The recorded master behind a real HTTP/2 server with TLS, reached directly and through a CONNECT proxy, gives what it
gives over plain HTTP/1.1. Without nghttpx installed it is skipped by name (status 77).
"""

import argparse
import contextlib
import pathlib
import select
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
import cluster as recorded  # noqa: E402
from replay import PASSWORD  # noqa: E402
from replay_server import ReplayServer, laid_out_storage  # noqa: E402
from sandbox import Sandbox  # noqa: E402

PEER = "nghttpx"
SKIPPED = 77
CHECKPOINT = "9d9bedb8-92aa-4a3b-abb1-1bcce01ed909"
COMMANDS = (
    ("experiment", "list-checkpoints", "12", "--csv"),
    ("experiment", "describe", "12", "--json"),
    ("checkpoint", "download", CHECKPOINT, "-q", "--mode", "master"),
)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@contextlib.contextmanager
def tls_front(backend_port, folder):
    """nghttpx before the replay server: its address and the certificate to trust; access.log lies in `folder`."""
    key, certificate, port = folder / "key.pem", folder / "certificate.pem", free_port()
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    settings = folder / "nghttpx.conf"
    settings.write_text("")
    front = subprocess.Popen(
        ["nghttpx", f"--conf={settings}", f"--frontend=127.0.0.1,{port}", f"--backend=127.0.0.1,{backend_port}",
         "--accesslog-format=$protocol_version $remote_port $request", f"--accesslog-file={folder / 'access.log'}",
         f"--errorlog-file={folder / 'error.log'}", "--no-ocsp", "--single-process", key, certificate],
        cwd=folder)
    try:
        deadline = time.monotonic() + 10
        while not answers(port):
            assert front.poll() is None and time.monotonic() < deadline, (folder / "error.log").read_text()
            time.sleep(0.02)
        yield f"https://127.0.0.1:{port}", certificate
    finally:
        front.terminate()
        front.wait()


class Tunnel(socketserver.StreamRequestHandler):
    """One CONNECT, carried out."""

    def handle(self):
        self.server.lines.append(self.rfile.readline().decode().strip())
        while self.rfile.readline().strip():
            pass
        host, port = self.server.lines[-1].split()[1].rsplit(":", 1)
        with socket.create_connection((host, int(port))) as other:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            ends = {self.connection: other, other: self.connection}
            while True:
                for end in select.select(list(ends), [], [])[0]:
                    data = end.recv(65_536)
                    if not data:
                        return
                    ends[end].sendall(data)


@contextlib.contextmanager
def connect_proxy():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tunnel) as proxy:
        proxy.daemon_threads, proxy.lines = True, []
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield proxy
        proxy.shutdown()


def outputs(det, master, variables=None):
    """What the commands print, and the names and bytes of what they fetch, with the options before them."""
    with Sandbox("") as sandbox:
        environment = sandbox.environment(DET_USER="determined", DET_PASS=PASSWORD, **(variables or {}))
        printed = []
        for command in COMMANDS:
            done = sandbox.piped([det, *master, *command], environment)
            assert done.status == 0, (command, done.status, done.stderr.decode())
            printed.append(done.stdout)
        folder = sandbox.work / "checkpoints" / CHECKPOINT
        fetched = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*")
                   if path.is_file() and path.name != "det-receipt.json"}
        assert fetched, "nothing was fetched"
        return printed, fetched


def requests_by_connection(log):
    """protocol and port of each connection that the front took, with how many requests came over it."""
    found = {}
    for line in log.read_text().splitlines():
        version, port, _ = line.split(maxsplit=2)
        found[version, port] = found.get((version, port), 0) + 1
    return found


def check(det, server, folder):
    plain = outputs(det, ["-m", server.url])
    with tls_front(server.port, folder) as (address, certificate), connect_proxy() as proxy:
        trusting = ["-m", address, "--cacert", str(certificate)]
        assert outputs(det, trusting) == plain, "HTTP/2 gives something else"
        assert not proxy.lines
        tunnelled = outputs(det, trusting, {"HTTPS_PROXY": f"http://127.0.0.1:{proxy.server_address[1]}",
                                            "no_proxy": ""})
        assert tunnelled == plain, "a CONNECT proxy gives something else"
        assert len(proxy.lines) == len(COMMANDS), proxy.lines
        assert all(line.startswith(f"CONNECT {address.removeprefix('https://')} ") for line in proxy.lines), proxy.lines
    connections = requests_by_connection(folder / "access.log")
    assert {version for version, _ in connections} == {"HTTP/2"}, connections
    # A command asks over one connection, and the login of the first came over it, too.
    assert len(connections) == 2 * len(COMMANDS), connections
    assert sum(connections.values()) > len(connections), connections


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--det", required=True)
    det = pathlib.Path(parser.parse_args().det).resolve()
    if not shutil.which(PEER):
        print(f"skipped: {PEER} is not installed")
        return SKIPPED
    cluster = recorded.recorded_cluster()
    with laid_out_storage(cluster) as storage, ReplayServer(cluster, storage) as server, Sandbox("") as place:
        server.begin()
        check(det, server, place.root)
    print(f"{len(COMMANDS)} commands over {PEER}, directly and through a CONNECT proxy")
    return 0


sys.exit(main())
