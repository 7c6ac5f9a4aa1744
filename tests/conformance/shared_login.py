#!/usr/bin/env python3
"""One login serves both tools: what either writes to auth.json, the other reads, under one lock.

Without the official client installed it is skipped by name (status 77).
"""

import argparse
import fcntl
import json
import pathlib
import stat
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
import cluster as recorded  # noqa: E402
from official import PEER, SKIPPED, Client, peer_python  # noqa: E402
from replay import PASSWORD  # noqa: E402
from replay_server import ReplayServer, laid_out_storage  # noqa: E402
from sandbox import Sandbox  # noqa: E402

LOGIN = ("POST", "/api/v1/auth/login")


class Pair:
    """Both tools in one home."""

    def __init__(self, det, client, server, sandbox):
        self.det, self.client, self.server, self.sandbox = det, client, server, sandbox

    def ours(self, *argv, stdin="", **variables):
        done = self.sandbox.piped([self.det, *argv], self.sandbox.environment(**variables), stdin.encode())
        return done.status, done.stdout.decode()

    def theirs(self, *argv, stdin=""):
        done = self.client.run(list(argv), self.sandbox, self.sandbox.environment(), stdin)
        return done["status"], done["stdout"]

    def logins(self):
        return sum((method, path) == LOGIN for method, path, _ in self.server.play.requests)

    def mode(self):
        return stat.S_IMODE(self.sandbox.token_file.stat().st_mode)


def our_login_serves_them(pair):
    assert pair.ours("user", "login", "admin", "--password-stdin", stdin=PASSWORD)[0] == 0
    assert pair.theirs("user", "whoami") == (0, "You are logged in as user 'admin'\n")
    assert pair.logins() == 1, "the official client signed in again"


def their_login_serves_us(pair):
    assert pair.theirs("user", "login", "admin", stdin=PASSWORD + "\n")[0] == 0
    assert pair.ours("user", "whoami") == (0, "You are logged in as user 'admin'\n")
    assert pair.logins() == 1, "det signed in again"


def we_narrow_the_mode_of_their_file(pair):
    assert pair.theirs("user", "login", "admin", stdin=PASSWORD + "\n")[0] == 0
    pair.sandbox.token_file.chmod(0o644)
    assert pair.ours("user", "login", "determined", "--password-stdin", stdin=PASSWORD)[0] == 0
    assert pair.mode() == 0o600, oct(pair.mode())
    users = json.loads(pair.sandbox.token_file.read_text())["masters"][pair.server.url]
    assert set(users["tokens"]) == {"admin", "determined"} and users["active_user"] == "determined", users


def our_logout_ends_theirs(pair):
    assert pair.theirs("user", "login", "admin", stdin=PASSWORD + "\n")[0] == 0
    assert pair.ours("user", "logout")[0] == 0
    assert pair.theirs("user", "whoami")[0] != 0


def their_logout_ends_ours(pair):
    assert pair.ours("user", "login", "admin", "--password-stdin", stdin=PASSWORD)[0] == 0
    assert pair.theirs("user", "logout")[0] == 0
    assert pair.ours("--no-input", "user", "whoami")[0] == 4


def we_wait_for_their_lock(pair):
    assert pair.ours("user", "login", "admin", "--password-stdin", stdin=PASSWORD)[0] == 0
    before = pair.sandbox.token_file.read_bytes()
    with open(pair.sandbox.token_file.with_name("auth.json.lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        status, _ = pair.ours("--timeout", "1", "user", "login", "determined", "--password-stdin", stdin=PASSWORD)
    assert status == 124, status
    assert pair.sandbox.token_file.read_bytes() == before, "written without the lock"


CHECKS = (our_login_serves_them, their_login_serves_us, we_narrow_the_mode_of_their_file, our_logout_ends_theirs,
          their_logout_ends_ours, we_wait_for_their_lock)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--det", required=True)
    det = pathlib.Path(parser.parse_args().det).resolve()
    python = peer_python()
    if not python:
        print(f"skipped: {PEER} is not installed")
        return SKIPPED
    failed, cluster = 0, recorded.recorded_cluster()
    with laid_out_storage(cluster) as storage, ReplayServer(cluster, storage) as server:
        client = Client(python, server.url)
        for check in CHECKS:
            server.begin()
            with Sandbox(server.url) as sandbox:
                try:
                    check(Pair(det, client, server, sandbox))
                except AssertionError as broken:
                    failed += 1
                    print(f"{check.__name__}: {broken!r} at line {broken.__traceback__.tb_next.tb_lineno}")
    print(f"{len(CHECKS) - failed} of {len(CHECKS)} ways to share a login with {PEER} work")
    return 1 if failed else 0


sys.exit(main())
