#!/usr/bin/env python3
"""Writes pool/derived.json: answers that no recording holds, made from recorded bodies.

Each function says what is recorded and what was added. Run after import_recordings.py; the result is checked in.
"""

import copy
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import recordings  # noqa: E402

GATEWAY = {"Content-Type": "application/json", "Grpc-Metadata-Content-Type": "application/grpc"}
RECORDED = [e for e in recordings.pool() if e.origin != "derived" and e.status == 200]


def body(path, query=None):
    return next(e.body for e in RECORDED if e.path == path and (query is None or dict(e.query) == query))


def answer(path, document, **query):
    asked = [list(parameter) for parameter in query.items()]
    return {"request": {"method": "GET", "path": path, "query": asked, "headers": {}, "body": None},
            "response": {"status": 200, "headers": GATEWAY, "body": document}}


def page(name, rows):
    return {name: rows, "pagination": {"offset": 0, "limit": 0, "startIndex": 0, "endIndex": len(rows),
                                       "total": len(rows)}}


def trial_numbers(experiments):
    """Trials were made in the order of their experiments, which say how many they have; recorded ids agree."""
    first, numbers = 1, {}
    for row in experiments:
        numbers[row["id"]] = list(range(first, first + row["numTrials"]))
        first += row["numTrials"]
    return numbers


def single_experiments(experiments, numbers):
    """GET experiments/{id}, which differs from the recorded list row in the ways seen for experiment 5."""
    for row in experiments:
        single = copy.deepcopy(row)
        config = single.pop("config")
        single.pop("duration", None)
        single.update(trialIds=numbers[row["id"]], searcherType=json.dumps(row["searcherType"]), searcherMetric="",
                      hyperparameters=None, displayName="", originalConfig=json.dumps(config), modelDefinitionSize=0)
        single["config"] = config
        yield answer(f"/api/v1/experiments/{row['id']}",
                     {"experiment": single, "jobSummary": None, "config": config})


def gc_patch_checkpoints():
    """Experiment 17 holds the documented table, as 5 does. Its previews show six rows; the rows of 5 with its own
    ids, trials and configuration, and one report time a row, complete them."""
    preview = body("/experiments/17/preview_gc",
                   {"save_experiment_best": "0", "save_trial_best": "1", "save_trial_latest": "1"})["checkpoints"]
    seen = {row["StepsCompleted"]: row for row in preview}
    tasks = {row["TrialID"]: row["TaskID"] for row in preview}
    for source in body("/api/v1/experiments/5/checkpoints", {"sortByAttr": "SORT_BY_END_TIME"})["checkpoints"]:
        row = copy.deepcopy(source)
        trial = row["training"]["trialId"] + 14
        steps = row["metadata"]["steps_completed"]
        row.update(uuid="2" + row["uuid"][1:], taskId=tasks[trial])
        row["reportTime"] = f"2026-11-21T00:03:20.6{steps:05}Z"
        if steps in seen:
            row["reportTime"] = seen[steps]["ReportTime"][:-1].ljust(26, "0") + "Z"
        row["training"].update(trialId=trial, experimentId=17, experimentConfig=preview[0]["ExperimentConfig"])
        yield row


def tied_checkpoints():
    """Experiment 6 holds five checkpoints with one metric in trials 8 and 9; two are recorded. The others were
    reported later, or `--best 2` would have shown them."""
    recorded = body("/api/v1/experiments/6/checkpoints")["checkpoints"]
    by_number = {int(row["uuid"][:8], 16) & 0xf: row for row in recorded}
    for number in range(1, 6):
        row = copy.deepcopy(by_number.get(number, recorded[0]))
        if number not in by_number:
            row["uuid"] = f"b000000{number}-0000-4000-8000-00000000000{number}"
            row["reportTime"] = f"2026-11-20T23:56:49.8{number}0000Z"
            row["metadata"] = {"steps_completed": 100 * number}
            row["training"]["trialId"] = 8 if number < 4 else 9
        yield row


def trial_of(number, checkpoints):
    """A trial as trial 19 was recorded, with the totals that its checkpoints give."""
    rows = [row for row in checkpoints if row["training"]["trialId"] == number]
    trial = copy.deepcopy(body("/api/v1/trials/19")["trial"])
    steps = [row["metadata"].get("steps_completed", 0) for row in rows]
    trial.update(id=number, experimentId=rows[0]["training"]["experimentId"], hparams=rows[0]["training"]["hparams"],
                 totalBatchesProcessed=max(steps), taskId=rows[0]["taskId"], taskIds=[rows[0]["taskId"]],
                 totalCheckpointSize=str(1129 * len(rows)), checkpointCount=len(rows), bestValidation=None,
                 latestValidation=None, bestCheckpoint=None, summaryMetrics={})
    return trial


def lists_of(experiment, checkpoints, trials):
    yield answer(f"/api/v1/experiments/{experiment}/checkpoints", page("checkpoints", checkpoints))
    yield answer(f"/api/v1/experiments/{experiment}/trials",
                 page("trials", [trial_of(number, checkpoints) for number in trials]))


def registry():
    """The refusal to delete 90000004-... names model #1, `reg-model`, version 1; shapes from the client's types."""
    checkpoints = body("/api/v1/experiments/18/checkpoints")["checkpoints"]
    registered = next(row for row in checkpoints if row["uuid"].startswith("90000004"))
    time = "2026-11-21T00:04:31.000000Z"
    model = {"name": "reg-model", "description": "", "metadata": {}, "creationTime": time, "lastUpdatedTime": time,
             "id": 1, "numVersions": 1, "labels": [], "username": "determined", "workspaceId": 1, "userId": 2,
             "archived": False, "notes": ""}
    version = {"model": model, "checkpoint": registered, "version": 1, "creationTime": time, "id": 1, "name": "",
               "metadata": {}, "lastUpdatedTime": time, "comment": "", "username": "determined", "userId": 2,
               "labels": [], "notes": ""}
    yield answer("/api/v1/models", page("models", [model]))
    yield answer("/api/v1/models/reg-model/versions", {"model": model, **page("modelVersions", [version])})


def places():
    """The workspace and the project that every recorded experiment but one names; shapes from the client's types."""
    common = {"id": 1, "name": "Uncategorized", "archived": False, "username": "determined", "immutable": True,
              "userId": 1, "numExperiments": 18, "state": "WORKSPACE_STATE_UNSPECIFIED", "errorMessage": ""}
    workspace = {**common, "numProjects": 1, "pinned": False}
    project = {**common, "workspaceId": 1, "workspaceName": "Uncategorized", "description": "", "notes": [],
               "numActiveExperiments": 0, "numRuns": 0, "key": ""}
    yield answer("/api/v1/workspaces", page("workspaces", [workspace]), nameCaseSensitive=common["name"])
    yield answer("/api/v1/workspaces/1", {"workspace": workspace})
    yield answer("/api/v1/workspaces/1/projects", page("projects", [project]), name=common["name"])


def main():
    experiments = body("/api/v1/experiments", {"limit": "200", "offset": "0"})["experiments"]
    numbers = trial_numbers(experiments)
    nan_rows = body("/api/v1/experiments/8/checkpoints", {"sortByAttr": "SORT_BY_END_TIME"})["checkpoints"]
    single = body("/api/v1/trials/19/checkpoints")["checkpoints"]
    entries = [*single_experiments(experiments, numbers), *lists_of(17, list(gc_patch_checkpoints()), numbers[17]),
               *lists_of(6, list(tied_checkpoints()), numbers[6]), *lists_of(8, nan_rows, numbers[8]),
               *lists_of(16, single, numbers[16]), *registry(), *places()]
    lines = ",\n".join(json.dumps(entry, separators=(",", ":"), ensure_ascii=False) for entry in entries)
    target = recordings.GOLDEN / "pool" / "derived.json"
    target.write_text('{"derived":"from the recordings beside it, by derive.py","exchanges":[\n%s]}\n' % lines)


main()
