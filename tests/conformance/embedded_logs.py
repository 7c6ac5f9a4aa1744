#!/usr/bin/env python3
"""det follows the log of a trial of the embedded master: each line at once, through silence, to the trial's end.

    embedded_logs.py --det PROGRAM
"""

import argparse
import json
import pathlib
import subprocess
import sys
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
from local_master import local_master  # noqa: E402
from embedded import Embedded  # noqa: E402

AT_ONCE_S = 3.0
CONFIG = {"name": "logs", "entrypoint": "unmanaged", "searcher": {"name": "single", "metric": "loss"}}


class Scene:
    def __init__(self, det, master):
        self.det, self.master = det, master
        self.rest = Embedded(master, None, None).rest
        made = self.rest("POST", "/api/v1/experiments", {"config": json.dumps(CONFIG), "unmanaged": True})
        self.experiment = made["experiment"]["id"]
        made = self.rest("POST", "/api/v1/trials", {"experimentId": self.experiment, "hparams": {}, "unmanaged": True})
        self.trial, self.task = made["trial"]["id"], made["trial"]["taskId"]
        self.rest("POST", f"/api/v1/trials/{self.trial}/start", {"trialId": self.trial, "resume": True})
        self.become("RUNNING")

    def say(self, text, **more):
        self.rest("POST", "/api/v1/task/logs", {"logs": [{"taskId": self.task, "log": text + "\n", **more}]})

    def become(self, state):
        self.rest("PATCH", f"/api/v1/trials/{self.trial}", {"trialId": self.trial, "state": f"STATE_{state}"})

    def printed(self, *words):
        """The texts of the lines that a command prints, and what comes last."""
        done = self.master.run(*words)
        assert done.status == 0, done
        *lines, last = done.stdout.decode().splitlines()
        return [line.split(": ", 1)[-1].split("|| ")[-1] for line in lines], last

    def follow(self, *words):
        return subprocess.Popen([self.det, *map(str, words)], cwd=self.master.sandbox.work, env=self.master.environment(),
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def a_line_comes_at_once_and_the_end_of_the_trial_ends_the_log(scene):
    scene.say("before")
    followers = [scene.follow("trial", "logs", "-f", scene.trial), scene.follow("e", "logs", scene.experiment, "-f")]
    for text in ("before", "first", "second"):
        if text != "before":
            time.sleep(0.5)
            scene.say(text)
        said = time.monotonic()
        for follower in followers:
            assert follower.stdout.readline().endswith(f"|| {text}\n"), text
        assert time.monotonic() - said < AT_ONCE_S, f"{text} was held back"
    scene.become("COMPLETED")
    for follower in followers:
        out, err = follower.communicate(timeout=20)
        assert (follower.returncode, err) == (0, ""), (follower.returncode, err)
        assert out == f"Trial log stream ended. To reopen log stream, run: det trial logs -f {scene.trial}\n", out


def what_there_is_is_filtered_by_the_master(scene):
    for number, level in enumerate(("DEBUG", "INFO", "WARNING", "ERROR")):
        scene.say(level, level=f"LOG_LEVEL_{level}", rankId=number, stdtype="stderr" if number > 1 else "stdout",
                  timestamp=f"2026-11-20T23:56:5{number}.000000Z")
    cases = {(): ["DEBUG", "INFO", "WARNING", "ERROR"], ("--tail", "2"): ["WARNING", "ERROR"], ("--head", "1"): ["DEBUG"],
             ("--level", "WARNING"): ["WARNING", "ERROR"], ("--rank-id", "1"): ["INFO"],
             ("--stdtype", "stderr", "--head", "1"): ["WARNING"],
             ("--timestamp-after", "2026-11-20T23:56:52Z"): ["ERROR"],
             ("--timestamp-before", "2026-11-20T23:56:50.5Z"): ["DEBUG"]}
    for flags, texts in cases.items():
        assert scene.printed("trial", "logs", scene.trial, *flags)[0] == texts, flags


def an_experiment_without_files_has_no_model_definition(scene):
    done = scene.master.run("experiment", "download-model-def", scene.experiment)
    assert done.status == 5 and b"no model definition" in done.stderr and not done.stdout, done


def waiting_ends_with_the_experiment(scene):
    waiting = scene.follow("experiment", "wait", scene.experiment, "--polling-interval", "1")
    time.sleep(1.5)
    assert waiting.poll() is None, f"it did not wait: {waiting.communicate()}"
    scene.become("COMPLETED")
    out, err = waiting.communicate(timeout=20)
    assert (waiting.returncode, out) == (0, ""), (waiting.returncode, out, err)


CHECKS = (a_line_comes_at_once_and_the_end_of_the_trial_ends_the_log, what_there_is_is_filtered_by_the_master,
          an_experiment_without_files_has_no_model_definition, waiting_ends_with_the_experiment)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--det", required=True)
    det, failed = str(pathlib.Path(parser.parse_args().det).resolve()), 0
    with local_master(det) as master:
        for check in CHECKS:
            try:
                check(Scene(det, master))
            except AssertionError as broken:
                failed += 1
                print(f"{check.__name__}: {broken} at line {broken.__traceback__.tb_next.tb_lineno}")
    print(f"{len(CHECKS) - failed} of {len(CHECKS)} things about logs are as they should be with the embedded master")
    return 1 if failed else 0


sys.exit(main())
