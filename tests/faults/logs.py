#!/usr/bin/env python3
"""A log that is followed: its lines come at once, memory stays flat however long it is and however slow its reader, a stop is
obeyed at once, and an end is told from a break.

    logs.py --det PROGRAM [--long]      --long: a log of 100 MB, and one that is silent for 40 s
"""

import argparse
import contextlib
import json
import os
import pathlib
import pty
import re
import signal
import subprocess
import sys
import threading
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
from sandbox import Sandbox  # noqa: E402
from wire_http import Server  # noqa: E402

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"
NOTE = b"Trial log stream ended. To reopen log stream, run: det trial logs -f 7\n"
SANITIZED = "ASAN_OPTIONS" in os.environ  # a sanitizer's own memory says nothing of the program's
SHORT_MB = 4  # fills what is filled once, by a log of any length
FLAT_KIB = 4 * 1024  # between a short log and the longest one, whose messages are many times as much
TIMES_FLAT = 3
LARGEST_LINE_KIB = 80 * 1024
AT_ONCE_S = 2.0


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


def line(text):
    return json.dumps({"result": {"id": "1", "timestamp": "2026-11-20T23:44:06Z", "message": text,
                                  "level": "LOG_LEVEL_INFO", "trialId": 7}}).encode() + b"\n"


def message(number):
    return f"line {number} {'.' * 80}\n"


class LogServer(Server):
    """Each connection gets what `script(send, wait)` sends. wait() returns when the client has left or the check is over."""

    def __init__(self):
        super().__init__(None)
        self.script, self.asked, self.over = None, threading.Event(), threading.Event()

    def serve(self, request, connection):
        assert request.path == "/api/v1/trials/7/logs", request
        self.asked.set()
        self.script(connection.sendall, self.over.wait)
        return False


class Scene:
    def __init__(self, det, server, sandbox, is_long):
        self.det, self.server, self.sandbox, self.is_long = det, server, sandbox, is_long

    def start(self, script, *flags, stdout=subprocess.PIPE):
        self.server.script = script
        words = [self.det, *flags, "trial", "logs", "-f", "7"]
        return subprocess.Popen(words, cwd=self.sandbox.work, env=self.sandbox.environment(DET_AUTH_TOKEN="T"),
                                stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE)

    def run(self, script, *flags):
        """Status, stdout, stderr."""
        process = self.start(script, *flags)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err


@contextlib.contextmanager
def terminal():
    """The reading end, and the one to print to."""
    ends = pty.openpty()
    try:
        yield ends
    finally:
        for end in ends:
            with contextlib.suppress(OSError):
                os.close(end)


def lines_come_at_once(scene):
    def script(send, wait):
        send(HEAD + chunk(line("first\n"))[:-20])
        time.sleep(0.2)
        send(chunk(line("first\n"))[-20:])
        wait()
    process = scene.start(script)
    started = time.monotonic()
    assert process.stdout.readline() == b"first\n"
    assert time.monotonic() - started < AT_ONCE_S, "the line was held back"
    scene.server.over.set()
    process.wait(timeout=10)


def an_end_is_an_end(scene):
    status, out, err = scene.run(lambda send, _: send(HEAD + chunk(line("one\n")) + END))
    assert (status, out, err) == (0, b"one\n" + NOTE, b""), (status, out, err)


def a_break_is_none(scene):
    def reset(send, _):
        send(HEAD + chunk(line("one\n") + line("two\n")[:30]))
    status, out, err = scene.run(reset)
    assert (status, out) == (9, b"one\n"), (status, out, err)
    assert b"failed to read the log of trial 7" in err and b"try: det trial logs -f 7" in err, err


def an_end_within_a_line_is_no_answer(scene):
    status, out, err = scene.run(lambda send, _: send(HEAD + chunk(line("one\n") + line("two\n")[:30]) + END))
    assert (status, out) == (15, b"one\n"), (status, out, err)


def a_failure_of_the_stream_is_told(scene):
    error = b'{"error":{"grpcCode":13,"httpCode":500,"message":"lost \\u001b[2J","details":[]}}'
    status, out, err = scene.run(lambda send, _: send(HEAD + chunk(line("one\n") + error) + END))
    assert (status, out) == (15, b"one\n"), (status, out, err)
    assert b"lost \\x1b[2J" in err and b"\x1b" not in err, err


def a_line_without_end_is_bounded(scene):
    def script(send, _):
        send(HEAD)
        with contextlib.suppress(OSError):
            for piece in range(64):
                send(chunk((b'{"result":{"message":"' if piece == 0 else b"") + b"x" * (1 << 20)))
    process = scene.start(script)
    status, usage = reaped(process)
    assert status == 15, (status, process.stderr.read())
    assert SANITIZED or usage.ru_maxrss < LARGEST_LINE_KIB, usage.ru_maxrss


def a_stop_is_obeyed_at_once(scene):
    def silent(send, wait):
        wait()

    def begun(send, wait):
        send(HEAD + chunk(line("one\n")))
        wait()
    for script in (silent, begun):
        for number, wanted in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            scene.server.asked.clear()
            process = scene.start(script)
            assert scene.server.asked.wait(20)
            time.sleep(0.3)
            sent = time.monotonic()
            process.send_signal(number)
            assert process.wait(timeout=10) == wanted, process.returncode
            assert time.monotonic() - sent < AT_ONCE_S, "it took its time"


def a_deadline_holds_in_silence(scene):
    assert scene.run(lambda send, wait: wait(), "--timeout", "1")[0] == 124


def endless(send, _):
    send(HEAD)
    block = chunk(b"".join(line(message(number)) for number in range(1000)))
    with contextlib.suppress(OSError):
        while True:
            send(block)


def a_closed_reader_ends_quietly(scene):
    process = scene.start(endless)
    assert process.stdout.readline().startswith(b"line 0 ")
    process.stdout.close()
    assert process.wait(timeout=10) == 0, process.returncode
    assert not process.stderr.read()


def a_stop_is_obeyed_while_the_terminal_stands_still(scene):
    with terminal() as (ours, theirs):
        process = scene.start(endless, stdout=theirs)
        assert os.read(ours, 10).startswith(b"line 0")
        time.sleep(1)
        sent = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 130, process.returncode
        assert time.monotonic() - sent < AT_ONCE_S, "it took its time"


def a_deadline_holds_while_the_terminal_stands_still(scene):
    with terminal() as (_, theirs):
        process = scene.start(endless, "--timeout", "2", stdout=theirs)
        assert process.wait(timeout=2 + 10) == 124, process.returncode


def hostile_text_does_not_steer_a_terminal(scene):
    text = "a\x1b]0;owned\x07\x1b[2J\x9b31m\r\u202eb\x1b[31mred\n"
    with terminal() as (ours, theirs):
        process = scene.start(lambda send, _: send(HEAD + chunk(line(text)) + END), stdout=theirs)
        assert process.wait(timeout=10) == 0, process.stderr.read()
        shown = os.read(ours, 65_536)
    assert shown.startswith(b"a\\x1b]0;owned\\x07\\x1b[2J\\x9b31m\\r\\u202eb\\x1b[31mred\r\n"), shown


def reaped(process):
    """The exit status and the resource usage of a process."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage


def read_slowly(ours, wanted, bytes_a_second):
    """Lines that came through a terminal at that speed, until the wanted one."""
    seen, began, tail = 0, time.monotonic(), b""
    total = 0
    while wanted not in tail:
        piece = os.read(ours, 16_384)
        total += len(piece)
        seen += piece.count(b"\n")
        tail = (tail + piece)[-200:]
        ahead = total / bytes_a_second - (time.monotonic() - began)
        if ahead > 0:
            time.sleep(ahead)
    return seen


def lines_of(megabytes):
    """How many lines a log of this size has."""
    return megabytes * 1_000_000 // len(line(message(0)))


def peak_kib(process):
    """So far, of its own. (What is told of a process that has ended counts the one that started it, too.)"""
    return int(re.search(r"VmHWM:\s+(\d+) kB", pathlib.Path(f"/proc/{process.pid}/status").read_text())[1])


def peak_of(scene, megabytes, bytes_a_second):
    count, measured = lines_of(megabytes), threading.Event()

    def script(send, _):
        send(HEAD)
        for first in range(0, count, 1000):
            send(chunk(b"".join(line(message(number)) for number in range(first, min(first + 1000, count)))))
        measured.wait(60)
        send(END)
    with terminal() as (ours, theirs):
        process = scene.start(script, stdout=theirs)
        seen = read_slowly(ours, f"line {count - 1} {'.' * 80}\r\n".encode(), bytes_a_second)
        peak = peak_kib(process)
        measured.set()
        seen += read_slowly(ours, NOTE.rstrip(), bytes_a_second)
    assert process.wait(timeout=20) == 0, process.stderr.read()
    assert seen == count + 1, f"{seen} of {count + 1} lines arrived"
    return peak


def memory_stays_flat(scene):
    megabytes = 100 if scene.is_long else 36
    more_bytes = (lines_of(megabytes) - lines_of(SHORT_MB)) * len(message(0))
    assert more_bytes >= TIMES_FLAT * FLAT_KIB * 1024, "a log that is kept would not be seen"
    short = peak_of(scene, SHORT_MB, 1_500_000)
    whole = peak_of(scene, megabytes, 4_000_000 if scene.is_long else 1_500_000)
    print(f"peak memory: {short} KiB for a log of {SHORT_MB} MB, {whole} KiB for one of {megabytes} MB, both read slowly"
          + (" (of a sanitized program: not judged)" if SANITIZED else ""))
    assert SANITIZED or whole < short + FLAT_KIB, (short, whole)


def silence_is_borne(scene):
    def script(send, _):
        time.sleep(40)
        send(HEAD)
        time.sleep(40)
        send(chunk(line("late\n")) + END)
    if scene.is_long:
        process = scene.start(script)
        out, err = process.communicate(timeout=120)
        assert (process.returncode, out) == (0, b"late\n" + NOTE), (out, err)


CHECKS = (lines_come_at_once, an_end_is_an_end, a_break_is_none, an_end_within_a_line_is_no_answer,
          a_failure_of_the_stream_is_told, a_line_without_end_is_bounded, a_stop_is_obeyed_at_once,
          a_deadline_holds_in_silence, a_closed_reader_ends_quietly, a_stop_is_obeyed_while_the_terminal_stands_still,
          a_deadline_holds_while_the_terminal_stands_still, hostile_text_does_not_steer_a_terminal,
          memory_stays_flat, silence_is_borne)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--det", required=True)
    parser.add_argument("--long", action="store_true")
    arguments = parser.parse_args()
    det, failed = str(pathlib.Path(arguments.det).resolve()), 0
    for check in CHECKS:
        with LogServer() as server, Sandbox(server.url) as sandbox:
            try:
                check(Scene(det, server, sandbox, arguments.long))
            except AssertionError as broken:
                failed += 1
                print(f"{check.__name__}: {broken} at line {broken.__traceback__.tb_next.tb_lineno}")
            server.over.set()
    print(f"{len(CHECKS) - failed} of {len(CHECKS)} things that a followed log must bear are borne")
    return 1 if failed else 0


sys.exit(main())
