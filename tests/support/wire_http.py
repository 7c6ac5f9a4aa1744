"""A small HTTP/1.1 server for tests: keep-alive, gzip where asked, chunks, and answers that break the rules."""

import gzip
import json
import socketserver
import threading
import time
import urllib.parse
from dataclasses import dataclass, field

REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict",
           415: "Unsupported Media Type", 429: "Too Many Requests", 500: "Internal Server Error",
           501: "Not Implemented", 502: "Bad Gateway", 302: "Found", 503: "Service Unavailable"}
# The gateway of a real master chunks what is larger than its buffer.
CHUNKED_FROM = 40_000
TCP_TIME_WAIT, TCP_LISTEN = "06", "0A"  # as /proc/net/tcp writes them


@dataclass
class Request:
    method: str
    target: str
    headers: dict  # names in lower case
    body: bytes

    def __post_init__(self):
        path, _, query = self.target.partition("?")
        self.path = urllib.parse.unquote(path)
        self.query = tuple(sorted(urllib.parse.parse_qsl(query, keep_blank_values=True)))

    def json(self):
        try:
            return json.loads(self.body) if self.body else None
        except ValueError:
            return self.body.decode(errors="replace")

    @property
    def accepts_gzip(self):
        return "gzip" in self.headers.get("accept-encoding", "")


@dataclass
class Response:
    status: int = 200
    body: bytes = b""
    headers: dict = field(default_factory=dict)
    compressible: bool = False
    chunked: bool = False
    _gzipped: bytes = b""

    def render(self, request):
        body, headers = self.body, dict(self.headers)
        if self.compressible and request.accepts_gzip:
            if not self._gzipped:
                self._gzipped = gzip.compress(self.body, 1)
            body = self._gzipped
            headers["Content-Encoding"] = "gzip"
        chunked = self.chunked or (self.compressible and len(self.body) > CHUNKED_FROM)
        headers.update({"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(len(body))})
        lines = [f"HTTP/1.1 {self.status} {REASONS.get(self.status, 'Status')}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join(lines).encode() + b"\r\n\r\n"
        if request.method == "HEAD":
            return head
        return head + (_chunks(body) if chunked else body)


def _chunks(body, size=16_384):
    parts = [body[start:start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def read_request(stream):
    """The next request of a connection; None when the peer closed it."""
    line = stream.readline(65_537)
    if not line.strip():
        return None
    method, target, _ = line.decode("latin-1").split(" ", 2)
    headers = {}
    while (line := stream.readline(65_537)).strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", 0)))
    return Request(method, target, headers, body)


class _Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        try:
            while (request := read_request(self.rfile)) is not None:
                if not self.server.serve(request, self.connection):
                    return
        except (ConnectionError, TimeoutError):
            pass  # the client left: its own affair


class Server(socketserver.ThreadingTCPServer):
    """Calls `answer(request)` for each request; it returns a Response. Threads end with the process."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, answer, port=0):
        super().__init__(("127.0.0.1", port), _Connection)
        self.answer = answer
        self.thread = None

    @property
    def port(self):
        return self.server_address[1]

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def serve(self, request, connection):
        """Answers one request; False closes the connection."""
        response = self.answer(request)
        connection.sendall(response.render(request))
        return request.headers.get("connection", "").lower() != "close"

    def wait_until_left(self, seconds=30):
        """Until no connection to it is open: one of a process that was killed may not even have been accepted yet, and
        what it asked for would be answered after whatever follows."""
        deadline = time.monotonic() + seconds
        while self._connections():
            if time.monotonic() > deadline:
                raise TimeoutError(f"connections to port {self.port} are still open after {seconds} s")
            time.sleep(0.005)

    def _connections(self):
        """Ours in /proc/net/tcp (proc(5)) that still hold or expect something: neither listening nor in TIME_WAIT."""
        with open("/proc/net/tcp", encoding="ascii") as table:
            lines = [line.split() for line in table.readlines()[1:]]
        local = f"0100007F:{self.port:04X}"
        return [line for line in lines if line[1] == local and line[3] not in (TCP_LISTEN, TCP_TIME_WAIT)]

    def start(self):
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()
        return self

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()
