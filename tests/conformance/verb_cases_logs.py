"""Logs, waiting and model definitions. Trials and experiments are bodies that a master 0.38.1 gave; lines and the packed
definition are made here in their shapes."""

import base64
import copy
import gzip
import io
import json
import tarfile

from verb_case import Case, Difference, answer, refusal, stream

NOTE_ON_STDERR = "with --json the closing remark of a log stands on stderr, so that stdout is JSON only"
NO_NOTE = "a log that could not be read does not end with the remark that its stream ended"

EXPERIMENT = {"experiment": {
    "id": 3, "description": "some text", "labels": ["foo"], "startTime": "2026-11-20T23:46:03.773584Z",
    "state": "STATE_COMPLETED", "archived": False, "numTrials": 1, "trialIds": [3], "displayName": "", "userId": 2,
    "username": "determined", "resourcePool": "default", "searcherType": "single", "searcherMetric": "x",
    "name": "newname", "notes": "", "jobId": "33736391-ac98-4762-bc8d-1394256d8b32", "progress": 1, "projectId": 1,
    "projectName": "Uncategorized", "workspaceId": 1, "workspaceName": "Uncategorized", "parentArchived": False,
    "config": {}, "originalConfig": "name: core-api-stage-2\n", "projectOwnerId": 1, "checkpointSize": "37",
    "checkpointCount": 1}}
TRIAL = {"id": 2, "experimentId": 2, "startTime": "2026-11-20T23:43:53.384686Z", "state": "STATE_COMPLETED",
         "hparams": {}, "restarts": 0, "totalBatchesProcessed": 100, "checkpointCount": 10, "totalCheckpointSize": "37",
         "taskId": "2.8d9b3969-aee4-4ffd-b047-729a9e58ce52", "taskIds": ["2.8d9b3969-aee4-4ffd-b047-729a9e58ce52"],
         "runnerState": "", "wallClockTime": 1.5, "summaryMetrics": {}, "warmStartCheckpointUuid": "",
         "endTime": "2026-11-20T23:44:07.730606Z"}


def line(number, text, **more):
    message = f"[2026-11-20T23:44:06.{number:06}Z] 5d3b0b5a || INFO: {text}\n"
    return {"id": str(number), "timestamp": f"2026-11-20T23:44:06.{number:06}Z", "message": message,
            "level": "LOG_LEVEL_INFO", "trialId": 2, "log": text + "\n", "containerId": "5d3b0b5a-0000", **more}


def log(*lines):
    return stream([{"result": one} for one in lines])


def pretty(one):
    """As the official client prints a line with --json: with every field that its type has."""
    missing = dict.fromkeys(("agentId", "rankId", "source", "stdtype"))
    return json.dumps({**missing, **one}, indent=2, sort_keys=True) + "\n"


def experiment(state):
    body = copy.deepcopy(EXPERIMENT)
    body["experiment"]["state"] = state
    return answer(body)


def trials(*ids):
    return answer({"trials": [{**TRIAL, "id": one} for one in ids],
                   "pagination": {"offset": 0, "limit": 0, "startIndex": 0, "endIndex": len(ids), "total": len(ids)}})


def packed(files):
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, contents in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(contents)
            tar.addfile(member, io.BytesIO(contents))
    return base64.b64encode(gzip.compress(archive.getvalue(), mtime=0)).decode()


ONE, TWO, THREE = line(1, "one"), line(2, "zwei \u2713 \x1b[31mred\x1b[0m\ttab", rankId=0), line(3, "x" * 20_000)
LOGS = "GET /api/v1/trials/2/logs"
FILTERS = ["--agent-id", "a", "--agent-id", "b", "--container-id", "c", "--rank-id", "0", "--rank-id", "1",
           "--timestamp-before", "2026-11-21T00:00:00Z", "--timestamp-after", "2026-11-20T00:00:00+01:00",
           "--level", "WARNING", "--source", "core v2", "--stdtype", "stdout", "--stdtype", "stderr"]
DEFINITION = packed({"model_def.py": b"print()\n", "lib/data.py": b"x = 1\n" * 1000})

CASES = [
    Case("trial logs", ["trial", "logs", "2"], {LOGS: log(ONE, TWO, THREE)}),
    Case("trial logs of nothing", ["t", "logs", "2"], {LOGS: log()}),
    Case("trial logs followed", ["t", "logs", "-f", "2"], {LOGS: log(ONE, TWO)}),
    Case("trial logs, head", ["t", "logs", "2", "--head", "2"], {LOGS: log(ONE, TWO)}),
    Case("trial logs, head of 0", ["t", "logs", "2", "--head", "0"], {LOGS: log(ONE, TWO)}),
    Case("trial logs, tail", ["t", "logs", "2", "--tail", "3"], {LOGS: log(THREE, TWO, ONE)}),
    Case("trial logs, tail of 0", ["t", "logs", "2", "--tail", "0"], {LOGS: log(THREE, TWO, ONE)}),
    Case("trial logs, filtered", ["t", "logs", "2", *FILTERS], {LOGS: log(TWO)}),
    Case("trial logs, every level", ["t", "logs", "2", "--level", "UNSPECIFIED"], {LOGS: log(ONE)}),
    Case("trial logs as JSON", ["t", "logs", "2", "--json"], {LOGS: log(ONE, TWO)},
         differs=Difference(NOTE_ON_STDERR, 0, pretty(ONE) + pretty(TWO))),
    Case("trial logs, head and tail", ["t", "logs", "2", "--head", "1", "--tail", "1"]),
    Case("trial logs, an odd level", ["t", "logs", "2", "--level", "info"]),
    Case("trial logs of no trial", ["t", "logs", "2"], {LOGS: answer({"error": {
        "grpcCode": 5, "httpCode": 404, "message": "trial '2' not found", "httpStatus": "Not Found", "details": []}},
        404)}, differs=Difference(NO_NOTE, 5)),
    Case("trial logs that fail", ["t", "logs", "2"], {LOGS: stream([{"result": ONE}, {"error": {
        "grpcCode": 13, "httpCode": 500, "message": "lost", "httpStatus": "Internal", "details": []}}])},
        differs=Difference(NO_NOTE, 15, ONE["message"])),
    Case("experiment logs", ["experiment", "logs", "2"], {
        "GET /api/v1/experiments/2/trials": trials(10, 9, 11), "GET /api/v1/trials/9/logs": log(ONE, TWO)}),
    Case("experiment logs, filtered", ["e", "logs", "2", "--tail", "2", *FILTERS], {
        "GET /api/v1/experiments/2/trials": trials(2), LOGS: log(TWO, ONE)}),
    Case("experiment logs without a trial", ["e", "logs", "2", "-f"], {"GET /api/v1/experiments/2/trials": trials()}),
    Case("wait for one that is complete", ["experiment", "wait", "3"], {
        "GET /api/v1/experiments/3": experiment("STATE_COMPLETED")}),
    Case("wait", ["e", "wait", "3", "--polling-interval", "1"], {"GET /api/v1/experiments/3": [
        experiment("STATE_QUEUED"), experiment("STATE_STOPPING_COMPLETED"), experiment("STATE_COMPLETED")]}),
    Case("wait for one that fails", ["e", "wait", "3", "--polling-interval", "0"], {"GET /api/v1/experiments/3": [
        experiment("STATE_RUNNING"), experiment("STATE_ERROR")]}),
    Case("wait for one that is canceled", ["e", "wait", "3"], {
        "GET /api/v1/experiments/3": experiment("STATE_CANCELED")}),
    Case("wait for one that is paused", ["e", "wait", "3"], {"GET /api/v1/experiments/3": experiment("STATE_PAUSED")}),
    Case("wait for one that is not there", ["e", "wait", "3"], {
        "GET /api/v1/experiments/3": refusal(404, "NotFound", "experiment '3' not found")}),
    Case("download-model-def", ["experiment", "download-model-def", "3"], {
        "GET /api/v1/experiments/3/model_def": answer({"b64Tgz": DEFINITION})},
        files=("experiment_3_model_def.tgz",)),
    Case("download-model-def into a directory", ["e", "download-model-def", "3", "--output-dir", "code"], {
        "GET /api/v1/experiments/3/model_def": answer({"b64Tgz": DEFINITION})},
        files=("code/experiment_3_model_def.tgz",), folders=("code",)),
    Case("download-model-def of no experiment", ["e", "download-model-def", "3"], {
        "GET /api/v1/experiments/3/model_def": refusal(404, "NotFound", "experiment '3' not found")}),
]
