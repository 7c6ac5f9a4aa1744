#!/usr/bin/env python3
"""Standard streams that are full, closed, blocked or not there: an answer that cannot be written is 11, a remark that
cannot be written is lost, and a stop is obeyed while nobody reads.
"""

import argparse
import os
import pathlib
import signal
import subprocess
import sys
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
import cluster as recorded  # noqa: E402
from replay import TOKEN  # noqa: E402
from replay_server import ReplayServer, laid_out_storage  # noqa: E402
from sandbox import Sandbox  # noqa: E402

LIST = ("experiment", "list-checkpoints", "12", "--csv")
# An answer, a failure, an answer with a remark, a help text.
COMMANDS = {LIST: 0, ("experiment", "list-checkpoints", "99999"): 5,
            ("experiment", "list-checkpoints", "5", "--best", "1"): 0, ("--help",): 0}
PLAN = ("experiment", "set", "gc-policy", "12", "--save-experiment-best", "1", "--save-trial-best", "1",
        "--save-trial-latest", "1")


class Scene:
    def __init__(self, det, sandbox, server):
        self.det, self.sandbox, self.server = det, sandbox, server

    def start(self, words, redirections="", **pipes):
        line = " ".join([self.det, *words, redirections])
        return subprocess.Popen(["sh", "-c", "exec " + line], cwd=self.sandbox.work,
                                env=self.sandbox.environment(DET_AUTH_TOKEN=TOKEN), **pipes)

    def status(self, words, redirections):
        process = self.start(words, redirections, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
        return process.wait(timeout=20)


def an_answer_must_arrive(scene):
    for redirection in (">/dev/full", ">&-"):
        for words, status in COMMANDS.items():
            ended = scene.status(words, redirection)
            assert ended == (status or 11), (words, redirection, ended)


def a_remark_may_be_lost(scene):
    for redirection in ("2>/dev/full", "2>&-"):
        for words, status in COMMANDS.items():
            ended = scene.status(words, redirection)
            assert ended == status, (words, redirection, ended)


def without_any_stream_nothing_is_written_elsewhere(scene):
    assert scene.status(LIST, "<&- >&- 2>&-") == 11
    assert scene.status(PLAN, "<&- >&- 2>&-") == 12


def a_closed_reader_ends_quietly(scene):
    process = scene.start(LIST, "| head -n 1", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.communicate(timeout=20)
    assert out.count(b"\n") == 1 and not err, (out, err)


def a_stop_is_obeyed_while_nobody_reads(scene):
    for number, wanted in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        while True:  # until the pipe is full
            try:
                os.write(writer, b"x" * 65_536)
            except BlockingIOError:
                break
        os.set_blocking(writer, True)
        process = scene.start(LIST, stdout=writer, stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        assert process.poll() is None, "it did not wait for its reader"
        process.send_signal(number)
        assert process.wait(timeout=5) == wanted, process.returncode
        os.close(reader)
        os.close(writer)


CHECKS = (an_answer_must_arrive, a_remark_may_be_lost, without_any_stream_nothing_is_written_elsewhere,
          a_closed_reader_ends_quietly, a_stop_is_obeyed_while_nobody_reads)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--det", required=True)
    det = str(pathlib.Path(parser.parse_args().det).resolve())
    failed, cluster = 0, recorded.recorded_cluster()
    with laid_out_storage(cluster) as storage, ReplayServer(cluster, storage) as server:
        for check in CHECKS:
            server.begin()
            with Sandbox(server.url) as sandbox:
                try:
                    check(Scene(det, sandbox, server))
                except AssertionError as broken:
                    failed += 1
                    print(f"{check.__name__}: {broken} at line {broken.__traceback__.tb_next.tb_lineno}")
    print(f"{len(CHECKS) - failed} of {len(CHECKS)} kinds of broken streams are borne")
    return 1 if failed else 0


sys.exit(main())
