#!/usr/bin/env python3
"""Hostile clients of the embedded master: nobody without a token learns anything, and nothing that is sent brings it down."""

import argparse
import contextlib
import json
import pathlib
import socket
import sys
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
from local_master import local_master  # noqa: E402

OPEN = ("GET /info", "GET /health", "GET /api/v1/master", "POST /api/v1/auth/login")
MIB = 1 << 20


class Hostile:
    def __init__(self, master):
        self.master = master
        logins = json.loads(master.sandbox.token_file.read_text())["masters"]
        self.token = logins[master.url]["tokens"]["determined"]

    def raw(self, data, timeout=20):
        """What comes back for bytes as they are, up to the end of the connection or of the patience."""
        with socket.create_connection(("127.0.0.1", self.master.port), timeout=timeout) as connection:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(data)
            answer = b""
            with contextlib.suppress(ConnectionResetError, socket.timeout):
                while piece := connection.recv(65_536):
                    answer += piece
            return answer

    def ask(self, line, body=b"", host="localhost", token=None, more=""):
        signed = f"Authorization: Bearer {token}\r\n" if token else ""
        head = (f"{line} HTTP/1.1\r\nHost: {host}\r\n{signed}{more}Content-Length: {len(body)}\r\n"
                "Connection: close\r\n\r\n")
        answer = self.raw(head.encode() + body)
        return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0, answer

    def lives(self):
        return self.ask("GET /api/v1/me", token=self.token)[0] == 200


def nothing_answers_without_a_token(hostile):
    for seed in sorted((TESTS / "fuzz" / "corpus" / "api").iterdir()):
        line, _, body = seed.read_bytes().partition(b"\n")
        request = line.decode()
        if request.split("?")[0] in OPEN:
            continue
        for token in (None, "", "x", "v2.public." + "A" * 300):
            status, answer = hostile.ask(request, body, token=token)
            assert status == 401, (request, token, answer[:300])
    for line in ("GET /", "GET /det/", "GET /debug/pprof", "GET /api/v1/..%2f..%2fetc/passwd", "PUT /api/v1/experiments",
                 "OPTIONS /api/v1/me", "DELETE /checkpoints/x"):
        assert hostile.ask(line)[0] == 401, line


def other_hosts_are_refused(hostile):
    for host in ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "", "[::2]", "localhost@evil", "127.0.0.1:80@evil",
                 "localhost:99999"):
        assert hostile.ask("GET /info", host=host)[0] == 403, host
    for host in ("localhost", "127.0.0.1", "LOCALHOST:1", "[::1]:8080"):
        assert hostile.ask("GET /info", host=host)[0] == 200, host


def no_cookie_is_set_or_taken(hostile):
    status, answer = hostile.ask("GET /api/v1/me", more=f"Cookie: auth={hostile.token}\r\n")
    assert status == 401 and b"set-cookie" not in answer.lower(), answer


def giant_bodies_are_refused(hostile):
    body = b"x" * (129 * MIB)
    assert hostile.ask("POST /api/v1/experiments", body, token=hostile.token)[0] in (0, 413)
    announced = hostile.raw(b"POST /api/v1/experiments HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n")
    assert b" 413 " in announced.split(b"\r\n")[0], announced[:200]


def deep_and_odd_json_is_a_bad_request(hostile):
    bodies = (b"[" * 100_000, b'{"config":' * 100_000, b'{"config":"' + b"[" * 100_000 + b'"}', b"\xff\xfe", b"null", b"[]",
              b'"x"', b"{", b'{"config": 5}', b'{"config":"a: &a [*a]"}', b'{"config":"\\u0000"}',
              b'{"experimentId": 99999999999999999999}', b'{"experimentId": "x"}', b'{"experimentId": [1]}',
              b'{"experimentId": 1e400}', b'{"experimentId": -1}')
    for path in ("/api/v1/experiments", "/api/v1/trials", "/api/v1/checkpoints", "/api/v1/trials/1/metrics",
                 "/api/v1/models", "/task-logs", "/api/v1/auth/login", "/api/v1/checkpoints/rm"):
        for body in bodies:
            status, answer = hostile.ask(f"POST {path}", body, token=hostile.token)
            assert status in (200, 400, 401, 404, 413), (path, body[:40], answer[:300])
            if path == "/api/v1/auth/login":
                break  # failures are slowed on purpose


def no_header_can_be_injected(hostile):
    for line in ("GET /api/v1/experiments/1%0d%0aSet-Cookie:%20a=b", "GET /api/v1/models/x%0d%0aX-Evil:%201",
                 "GET /checkpoints/%0d%0aX-Evil:%201"):
        _, answer = hostile.ask(line, token=hostile.token)
        head = answer.split(b"\r\n\r\n")[0].lower()
        assert b"evil" not in head and b"set-cookie" not in head, head


def paths_stay_inside(hostile):
    for uuid in ("../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "....//etc/passwd",
                 "00000000-0000-4000-8000-000000000001/../../etc/passwd", "%00"):
        status, answer = hostile.ask(f"GET /checkpoints/{uuid}", token=hostile.token)
        assert status in (400, 404) and b"root:" not in answer, (uuid, answer[:200])
    glob = json.dumps({"checkpointUuids": ["../../etc"], "checkpointGlobs": ["../**"]}).encode()
    assert hostile.ask("POST /api/v1/checkpoints/rm", glob, token=hostile.token)[0] == 400


def broken_requests_end(hostile):
    for data in (b"\r\n" * 1000, b"GET\r\n\r\n", b"\x16\x03\x01" + b"\x00" * 200, b"GET / HTTP/9.9\r\n\r\n", b"\x00" * 5000,
                 b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
                 b"GET /info HTTP/1.1\r\n" + b"A: b\r\n" * 20_000 + b"\r\n",
                 b"POST /task-logs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
                 b"POST /task-logs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
                 b"POST /task-logs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n"):
        answer = hostile.raw(data, timeout=3)
        assert not answer.startswith(b"HTTP/1.1 200"), (data[:60], answer[:200])
        assert hostile.lives(), data[:60]


def slow_clients_starve_nobody(hostile):
    with contextlib.ExitStack() as stack:
        for _ in range(300):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", hostile.master.port)))
            connection.sendall(b"POST /api/v1/experiments HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{")
        begun = time.monotonic()
        assert hostile.lives()
        assert time.monotonic() - begun < 5


def guessing_is_slowed(hostile):
    body = json.dumps({"username": "determined", "password": "wrong", "isHashed": False}).encode()
    begun = time.monotonic()
    for _ in range(4):
        status, _ = hostile.ask("POST /api/v1/auth/login", body)
        assert status == 401
    assert time.monotonic() - begun > 3, "four guesses took no time"
    assert hostile.lives()


CHECKS = (nothing_answers_without_a_token, other_hosts_are_refused, no_cookie_is_set_or_taken, giant_bodies_are_refused,
          deep_and_odd_json_is_a_bad_request, no_header_can_be_injected, paths_stay_inside, broken_requests_end,
          slow_clients_starve_nobody, guessing_is_slowed)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--det", required=True)
    failed = 0
    with local_master(str(pathlib.Path(parser.parse_args().det).resolve())) as master:
        hostile = Hostile(master)
        for check in CHECKS:
            try:
                check(hostile)
                assert hostile.lives(), "it answers no more"
            except AssertionError as broken:
                failed += 1
                print(f"{check.__name__}: {broken} at line {broken.__traceback__.tb_next.tb_lineno}")
    print(f"{len(CHECKS) - failed} of {len(CHECKS)} kinds of hostile clients are borne")
    return 1 if failed else 0


sys.exit(main())
