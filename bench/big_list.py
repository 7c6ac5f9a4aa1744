"""A list of many checkpoints, made of the recorded rows, and a server that sends it as it lies in a file."""

import json
import multiprocessing
import pathlib
import sys
import tempfile
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "support"))
import cluster as recorded  # noqa: E402
from replay_server import ReplayServer  # noqa: E402

EXPERIMENT = 12


def write_list(path, rows):
    """The answer to GET experiments/12/checkpoints, as a master writes it, with `rows` rows."""
    templates = recorded.recorded_cluster().checkpoints_of("experiments", EXPERIMENT)
    with open(path, "w") as file:
        file.write('{"checkpoints":[')
        for number in range(rows):
            row = templates[number % len(templates)]
            row["uuid"] = f"{number:08x}-0000-4000-8000-{number:012x}"
            row["reportTime"] = f"2026-11-{1 + number // 86_400:02}T{number // 3600 % 24:02}:{number // 60 % 60:02}:" \
                                f"{number % 60:02}.{number % 1_000_000:06}Z"
            row["metadata"]["steps_completed"] = number
            file.write((",", "")[number == 0] + json.dumps(row, separators=(",", ":")))
        page = {"offset": 0, "limit": 0, "startIndex": 0, "endIndex": rows, "total": rows}
        file.write('],"pagination":%s}' % json.dumps(page))


def write_gzip(source, target):
    compressor = zlib.compressobj(6, zlib.DEFLATED, 31)
    with open(source, "rb") as plain, open(target, "wb") as packed:
        while data := plain.read(1 << 20):
            packed.write(compressor.compress(data))
        packed.write(compressor.flush())


class BigListServer(ReplayServer):
    """Sends the file for each list of checkpoints; everything else comes from the recorded cluster."""

    def __init__(self, file, is_gzip):
        super().__init__(recorded.recorded_cluster(), tempfile.gettempdir())
        self.file, self.is_gzip = file, is_gzip

    def serve(self, request, connection):
        if not request.path.endswith("/checkpoints"):
            return super().serve(request, connection)
        size = pathlib.Path(self.file).stat().st_size
        coding = "Content-Encoding: gzip\r\n" if self.is_gzip else ""
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{coding}Content-Length: {size}\r\n\r\n"
        connection.sendall(head.encode())
        with open(self.file, "rb") as body:
            connection.sendfile(body)
        return True


class Serving:
    """A server in a process of its own, so that its work does not slow the measuring one."""

    def __init__(self, make_server):
        ours, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.get_context("fork").Process(target=self._serve, args=(make_server, theirs))
        self.process.start()
        self.url = ours.recv()

    @staticmethod
    def _serve(make_server, pipe):
        server = make_server()
        pipe.send(server.url)
        server.serve_forever()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.join()
