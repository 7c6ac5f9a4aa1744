#!/usr/bin/env python3
"""Trials in detached mode of the official client report to our master: killed and resumed, failed, and found again.

Without the official client installed it is skipped by name (status 77).
"""

import csv
import io
import json
import pathlib
import signal
import sys
import tempfile
import time

from embedded import PEER, SKIPPED, det_or_skip, embedded, judge

PATIENCE = 60


class Trial:
    """A process of detached_trial.py, and what it said."""

    def __init__(self, place, **order):
        self.process = place.peer("detached_trial.py", json.dumps({"storage": str(place.storage), **order}))
        self.said = []

    def until(self, line):
        while not self.said or self.said[-1] != line:
            read = self.process.stdout.readline()
            assert read, (self.said, self.process.stderr.read())
            self.said.append(read.rstrip("\n"))

    def goes_on(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def killed(self):
        self.process.send_signal(signal.SIGKILL)
        return self.ended(-signal.SIGKILL)

    def ended(self, status=0):
        rest, errors = self.process.communicate(timeout=PATIENCE)
        self.said += rest.splitlines()
        assert self.process.returncode == status, (self.process.returncode, errors)
        return self

    @property
    def uuids(self):
        """steps -> uuid of what it stored."""
        return {int(words[1]): words[2] for words in map(str.split, self.said) if words[0] == "stored"}


def reported(place, trial, group):
    """(steps, run, metrics) of each report that counts, in order."""
    pieces = place.rest("GET", f"/api/v1/trials/metrics/trial_metrics?trialIds={trial}&group={group}")
    reports = [report for piece in pieces for report in piece["metrics"] if not report["archived"]]
    key = "validation_metrics" if group == "validation" else "avg_metrics"
    return [(report["totalBatches"], report["trialRunId"], report["metrics"][key]) for report in reports]


def logged(place, trial):
    return [result["log"] for result in place.rest("GET", f"/api/v1/trials/{trial}/logs")]


def wait_for(what):
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def checkpoints_in_storage(place):
    """Those of the trial that was killed; the client makes a folder of its own beside them."""
    return set(place.stored()) & set(place.uuids.values())


def experiment(place, number):
    return json.loads(place.ours("experiment", "describe", number, "--json"))[0]["experiment"]


def rows(place, number):
    """steps -> (trial, state, metric, uuid) as our list of checkpoints has them."""
    table = csv.DictReader(io.StringIO(place.ours("experiment", "list-checkpoints", number, "--csv")))
    return {(row["Trial ID"], int(row["# of Batches"])): (row["State"], row["Validation Metric"], row["UUID"])
            for row in table}


def a_killed_trial_resumes_from_its_latest_checkpoint(place):
    first = Trial(place, experiment="killed", trial="one", steps=10, wait_at=7)
    first.until("waiting at 7")
    wait_for(lambda: [steps for steps, _, _ in reported(place, 1, "system")] == list(range(1, 8)))
    wait_for(lambda: any("stored 6" in line for line in logged(place, 1)))
    assert first.killed().said[1] == "begun run 1 at 0 with 0, latest None", first.said
    assert experiment(place, 1)["state"] in ("STATE_ACTIVE", "STATE_RUNNING"), experiment(place, 1)["state"]
    second = Trial(place, experiment="killed", trial="one", steps=10).ended()
    assert second.said[1] == f"begun run 2 at 6 with 6, latest {first.uuids[6]}", second.said
    assert second.said[-1] == "done with 10", second.said
    place.uuids = {**first.uuids, **second.uuids}


def its_metrics_are_those_of_the_runs_that_count(place):
    expected = [(steps, 1 if steps < 7 else 2) for steps in range(1, 11)]
    for group in ("training", "system"):
        found = [(steps, run) for steps, run, _ in reported(place, 1, group)]
        assert found == expected, (group, found)
    errors = [(steps, metrics) for steps, _, metrics in reported(place, 1, "validation")]
    assert errors == [(steps, {"error": abs(steps - 6) / 10}) for steps in range(2, 11, 2)], errors
    summary = place.rest("GET", "/api/v1/trials/1")["trial"]["summaryMetrics"]
    assert summary["avg_metrics"]["x"] == {"count": 10, "sum": 55, "min": 1, "max": 10, "mean": 5.5, "last": 10,
                                           "type": "number"}, summary
    assert summary["validation_metrics"]["error"]["min"] == 0 and summary["system"]["cpu"]["count"] == 10, summary


def it_ends_completed_and_the_policy_is_kept(place):
    assert place.rest("GET", "/api/v1/trials/1")["trial"]["state"] == "STATE_COMPLETED"
    kept = (6, 10)
    wait_for(lambda: checkpoints_in_storage(place) == {place.uuids[steps] for steps in kept})
    table = rows(place, 1)
    assert set(table) == {("1", steps) for steps in range(2, 11, 2)}, table
    for steps in range(2, 11, 2):
        state, metric, uuid = table["1", steps]
        assert uuid == place.uuids[steps], (steps, uuid)
        assert state == ("COMPLETED" if steps in kept else "DELETED"), (steps, state)
        assert float(metric) == abs(steps - 6) / 10, (steps, metric)


def our_catalogue_describes_it(place):
    found = experiment(place, 1)
    expected = {"id": 1, "name": "detached", "labels": ["elsewhere"], "state": "STATE_COMPLETED", "numTrials": 1,
                "trialIds": [1], "unmanaged": True, "checkpointCount": 2, "externalExperimentId": "killed",
                "archived": False, "username": "determined"}
    assert {name: found[name] for name in expected} == expected, found
    assert found["config"]["searcher"]["metric"] == "error", found["config"]["searcher"]
    assert found["config"]["checkpoint_storage"]["container_path"] == str(place.storage)
    assert found["startTime"] < found["endTime"], found
    trial = place.rest("GET", "/api/v1/trials/1")["trial"]
    assert trial["hparams"] == {"rate": 0.5} and trial["totalBatchesProcessed"] == 10, trial
    assert trial["bestCheckpoint"]["uuid"] == place.uuids[6], trial["bestCheckpoint"]


def its_logs_are_there_for_the_official_client(place):
    lines = official_log(place)
    for line in ("begun run 1 at 0 with 0", "stored 6", "begun run 2 at 6 with 6", "done with 10"):
        assert [shown for shown in lines if f"[rank=0] || {line}" in shown], (line, lines)
    assert official_log(place, "--tail", 1) == lines[-1:]
    assert official_log(place, "--head", 2) == lines[:2]
    assert official_log(place, "--follow") == lines, "following an ended trial shows all, and ends"


def official_log(place, *words):
    *lines, end = place.theirs("trial", "logs", 1, *words).splitlines()
    assert end.startswith("Trial log stream ended."), end
    return lines


def a_trial_that_raises_ends_in_error(place):
    failed = Trial(place, experiment="failing", trial="one", steps=4, fail_at=3).ended(1)
    assert 2 in failed.uuids, failed.said
    assert place.rest("GET", "/api/v1/trials/2")["trial"]["state"] == "STATE_ERROR"
    assert experiment(place, 2)["state"] == "STATE_ERROR"
    assert rows(place, 2)["2", 2] == ("COMPLETED", "0.4", failed.uuids[2]), rows(place, 2)


def it_may_be_resumed_and_end_well(place):
    resumed = Trial(place, experiment="failing", trial="one", steps=4).ended()
    assert resumed.said[1].startswith("begun run 2 at 2 with 2"), resumed.said
    assert place.rest("GET", "/api/v1/trials/2")["trial"]["state"] == "STATE_COMPLETED"
    assert experiment(place, 2)["state"] == "STATE_COMPLETED"


def trials_of_one_experiment_find_each_other(place):
    trials = [Trial(place, experiment="many", trial=name, steps=2) for name in ("a", "b", "c")]
    found = {trial.ended().uuids[2] for trial in trials}
    assert experiment(place, 3)["numTrials"] == 3 and experiment(place, 3)["state"] == "STATE_COMPLETED"
    assert {uuid for _, _, uuid in rows(place, 3).values()} == found, rows(place, 3)
    listed = place.theirs("experiment", "list-trials", 3).splitlines()
    assert sum("COMPLETED" in line for line in listed) == 3, listed


def a_trial_outlives_a_kill_of_the_master(place):
    trial = Trial(place, experiment="outlived", trial="one", steps=8, wait_at=5)
    trial.until("waiting at 5")
    number = 6
    # The client does not repeat what the kill interrupts: so nothing is on its way.
    wait_for(lambda: [steps for steps, _, _ in reported(place, number, "system")] == list(range(1, 6)))
    wait_for(lambda: any("waiting at 5" in line for line in logged(place, number)))
    place.master.kill()
    assert place.master.up("--storage-root", str(place.storage)).status == 0
    trial.goes_on()
    assert trial.ended().said[-1] == "done with 8", trial.said
    for group in ("training", "system"):
        assert [steps for steps, _, _ in reported(place, number, group)] == list(range(1, 9)), group
    assert place.rest("GET", f"/api/v1/trials/{number}")["trial"]["state"] == "STATE_COMPLETED"
    assert {steps for _, steps in rows(place, 4)} == {2, 4, 6, 8}, rows(place, 4)


CHECKS = (a_killed_trial_resumes_from_its_latest_checkpoint, its_metrics_are_those_of_the_runs_that_count,
          it_ends_completed_and_the_policy_is_kept, our_catalogue_describes_it,
          its_logs_are_there_for_the_official_client, a_trial_that_raises_ends_in_error,
          it_may_be_resumed_and_end_well, trials_of_one_experiment_find_each_other, a_trial_outlives_a_kill_of_the_master)


def main():
    det = det_or_skip(__doc__)
    if det is None:
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="det-storage-") as storage:
        with embedded(det, pathlib.Path(storage).resolve()) as place:
            return judge(CHECKS, place, f"ways to train elsewhere with {PEER} work")


sys.exit(main())
