"""A master that breaks the rules: one that grants everything (granting.py), but for the requests whose path matches, which
it mistreats.

Each mode is one way to fail; MODES names them all. A mode that stops after a while answers properly from then on.
"""

import json
import re
import socket
import struct
import threading

from granting import GrantingPlay
from wire_http import Response, Server

HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>proxy</body></html>"
HOSTILE = "x\x1b[31m\x1b]0;title\x07\x7f\x9b2J\r\nFORGED " + "y" * 10_240
# Values that the protocol itself needs.
NEEDED = re.compile(r"STATE_\w+|\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{8}-[0-9a-f-]{27}|\d+|NaN|-?Infinity|shared_fs|directory")


def gateway_error(status, text, **headers):
    error = {"error": {"code": 2, "reason": "Unknown", "error": text}}
    return Response(status, json.dumps(error).encode(), {"Content-Type": "application/json", **headers})


class Lie:
    """One mode, with what it has done so far. `respond(proper, connection)` returns a Response, or None when it has
    dealt with the connection itself and the connection is over."""

    def __init__(self, mode):
        self.mode, self.count, self.released = mode, 0, threading.Event()

    def respond(self, proper, connection):
        self.count += 1
        if self.mode.isdigit():
            return gateway_error(int(self.mode), "refused by the test")
        return getattr(self, "_" + self.mode)(proper, connection)

    def _html(self, proper, _):
        return Response(200, HTML, {"Content-Type": "text/html"})

    def _html_error(self, proper, _):
        return Response(500, HTML, {"Content-Type": "text/html"})

    def _empty(self, proper, _):
        return Response(200, b"", {"Content-Type": "application/json"})

    def _truncated(self, proper, _):
        return Response(200, proper.body[:len(proper.body) // 2], proper.headers)

    def _array(self, proper, _):
        return Response(200, b"[]", proper.headers)

    def _scalars(self, proper, _):
        return Response(200, told(proper.body, with_scalars), proper.headers)

    def _inner_types(self, proper, _):
        return Response(200, told(proper.body, with_inner_types), proper.headers)

    def _hostile(self, proper, _):
        return Response(proper.status, told(proper.body, with_hostile_text), proper.headers)

    def _hostile_error(self, proper, _):
        return gateway_error(400, HOSTILE)

    def _too_many(self, proper, _):
        return gateway_error(429, "slow down", **{"Retry-After": "1"})

    def _too_many_once(self, proper, connection):
        return self._too_many(proper, connection) if self.count == 1 else proper

    def _redirect(self, proper, _):
        return Response(302, b"", {"Location": "http://127.0.0.1:1/elsewhere"})

    def _hang(self, proper, connection):
        self.released.wait(60)

    def _endless(self, proper, connection):
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        opening = proper.body[:200]
        connection.sendall(head + b"%x\r\n%s\r\n" % (len(opening), opening))
        chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
        while not self.released.is_set():
            connection.sendall(chunk)

    def _endless_text(self, proper, connection):
        """A string in an element that has no end."""
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        opening = re.split(rb'"[\w-]*":"', proper.body, maxsplit=1)[0] + b'"name":"'
        connection.sendall(head + b"%x\r\n%s\r\n" % (len(opening), opening))
        chunk = b"10000\r\n" + b"a" * 65_536 + b"\r\n"
        while not self.released.is_set():
            connection.sendall(chunk)

    def _reset(self, proper, connection):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    def _short(self, proper, connection):
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(proper.body)}\r\n\r\n"
        connection.sendall(head.encode() + proper.body[:len(proper.body) // 2])


def told(body, lie):
    """The answer, told otherwise; a stream is told so line by line."""
    return b"".join(json.dumps(lie(json.loads(line))).encode() + b"\n" for line in body.splitlines())


def with_scalars(document):
    """Every member of the answer is a number."""
    return {name: 7 for name in document} if isinstance(document, dict) else 7


def with_inner_types(document, depth=0):
    """Below the first level every text and number is an object."""
    if isinstance(document, dict):
        return {name: with_inner_types(value, depth + 1) for name, value in document.items()}
    if isinstance(document, list):
        return [with_inner_types(value, depth + 1) for value in document]
    return document if depth < 2 or document is None else {"not": "this"}


def with_hostile_text(document):
    """Every text that is free to be anything is hostile, names of members too."""
    if isinstance(document, dict):
        free = {"avgMetrics", "hparams", "resources", "metadata", "validation_metrics", "avg_metrics"}
        return {name: with_hostile_keys(value) if name in free else with_hostile_text(value)
                for name, value in document.items()}
    if isinstance(document, list):
        return [with_hostile_text(value) for value in document]
    if isinstance(document, str) and not NEEDED.fullmatch(document):
        return document + HOSTILE
    return document


def with_hostile_keys(document):
    if not isinstance(document, dict):
        return document
    return {**document, **{name + HOSTILE: value for name, value in document.items()}}


class LyingServer(Server):
    """Mistreats requests whose "METHOD path" matches `pattern`, one server for one run."""

    def __init__(self, cluster, storage, mode, pattern=r".*"):
        self.play = GrantingPlay(cluster, storage)
        super().__init__(self.play.answer)
        self.lie, self.pattern = Lie(mode), re.compile(pattern)

    def serve(self, request, connection):
        proper = self.answer(request)
        if not self.pattern.fullmatch(f"{request.method} {request.path}"):
            connection.sendall(proper.render(request))
            return True
        response = self.lie.respond(proper, connection)
        if response is None:
            return False
        connection.sendall(response.render(request))
        return True

    def __exit__(self, *_):
        self.lie.released.set()
        super().__exit__()
