"""Verbs that change an experiment or a trial, and its configuration. Answers as a master 0.38.1 gave them."""

import copy
import json
import pathlib

from verb_case import Case, Difference, answer, refusal

FIXTURE = pathlib.Path(__file__).resolve().parents[1] / "fixtures" / "wire" / "experiment.json"
RECORDED = json.loads(FIXTURE.read_text())  # of experiment 5

DECLINED = Difference("Declining exited 0; ours 12. Prompts stood on stdout; ours on stderr.", 12)
PROMPTED = Difference("Prompts stood on stdout; ours on stderr.", 0, "Deletion of experiment 5 is in progress\n")
SILENT_END = Difference(
    "End of input at a prompt was a traceback; ours is 12. Prompts stood on stdout; ours on stderr.", 12)


def experiment(configuration=None, **changes):
    """GET experiments/5, with changes of its fields or of its configuration."""
    described = copy.deepcopy(RECORDED)
    described["experiment"].update(changes)
    if configuration is not None:
        described["experiment"]["config"].update(configuration)
    described["config"] = described["experiment"]["config"]
    return answer(described)


def patched(name, argv, **changes):
    """A change that is read first, and then sent whole."""
    return Case(name, argv, {"GET /api/v1/experiments/5": experiment(**changes),
                             "PATCH /api/v1/experiments/5": answer({"experiment": RECORDED["experiment"]})})


def resource(name, argv):
    return Case(name, argv, {"PATCH /api/v1/experiments/5": answer({"experiment": RECORDED["experiment"]})})


def verb(name, path=None):
    return Case(name, ["experiment", name, "5"], {f"POST /api/v1/experiments/5/{path or name}": answer({})})


def deletion(name, argv, **more):
    return Case(name, argv, {"DELETE /api/v1/experiments/5": answer({})}, **more)


LIFECYCLE = [
    verb("pause"),
    verb("activate"),
    verb("unpause", "activate"),
    verb("cancel"),
    verb("kill"),
    verb("archive"),
    verb("unarchive"),
    Case("pause of one that has ended", ["e", "pause", "4"], {
        "POST /api/v1/experiments/4/pause": refusal(400, "FailedPrecondition", "experiment in terminal state")}),
    Case("kill of one that is not there", ["e", "kill", "99999"], {
        "POST /api/v1/experiments/99999/kill": refusal(404, "NotFound", "experiment '99999' not found")}),
    Case("a verb without an experiment", ["e", "archive"]),
    Case("a verb of two experiments", ["e", "archive", "5", "6"]),
    Case("a verb of what is no number", ["e", "cancel", "five"]),
    deletion("delete", ["experiment", "delete", "5", "--yes"]),
    deletion("delete, said yes", ["experiment", "delete", "5"], stdin="y\n", differs=PROMPTED),
    deletion("delete, said something else first", ["e", "delete", "5"], stdin="well\nYES\n", differs=PROMPTED),
    deletion("delete, said no", ["experiment", "delete", "5"], stdin="n\n", differs=DECLINED),
    deletion("delete, said nothing", ["experiment", "delete", "5"], differs=SILENT_END),
    Case("delete of one that runs", ["e", "delete", "--yes", "5"], {
        "DELETE /api/v1/experiments/5": refusal(400, "FailedPrecondition", "experiment is not in a terminal state")}),
    Case("trial kill", ["trial", "kill", "1"], {"POST /api/v1/trials/1/kill": answer({})}),
    Case("trial kill of one that is not there", ["t", "kill", "99999"], {
        "POST /api/v1/trials/99999/kill": refusal(404, "NotFound", "trial '99999' not found")}),
]

ATTRIBUTES = [
    patched("label add", ["experiment", "label", "add", "5", "foo"]),
    patched("label add of one that is there", ["e", "label", "add", "5", "x"], labels=["z", "x"]),
    patched("label add in another script", ["e", "label", "add", "5", "modèle 日本"]),
    patched("label remove", ["experiment", "label", "remove", "5", "x"], labels=["z", "x", "y"]),
    patched("label remove of one that is not there", ["e", "label", "remove", "5", "nope"]),
    patched("set name", ["experiment", "set", "name", "5", "newname"], notes="as it is", description="kept"),
    patched("set name to nothing", ["e", "set", "name", "5", ""]),
    patched("set description", ["experiment", "set", "description", "5", "some text"], labels=["z", "x"]),
    patched("set description with quotes", ["e", "set", "description", "5", "it's \"new\""]),
    Case("set name of one that is not there", ["e", "set", "name", "99999", "x"], {
        "GET /api/v1/experiments/99999": refusal(404, "NotFound", "experiment '99999' not found")}),
    resource("set max-slots", ["experiment", "set", "max-slots", "5", "2"]),
    resource("set max-slots to none", ["e", "set", "max-slots", "5", "none"]),
    resource("set priority", ["experiment", "set", "priority", "5", "3"]),
    resource("set weight", ["experiment", "set", "weight", "5", "2"]),
    resource("set weight to a part", ["e", "set", "weight", "5", "1e-05"]),
    Case("set max-slots to a part", ["e", "set", "max-slots", "5", "1.5"]),
    Case("set priority to a word", ["e", "set", "priority", "5", "high"]),
    Case("set weight to a word", ["e", "set", "weight", "5", "heavy"]),
    Case("set max-slots, refused", ["e", "set", "max-slots", "5", "2"], {
        "PATCH /api/v1/experiments/5": refusal(400, "FailedPrecondition", "experiment in terminal state")}),
]

LOG_RETENTION = [
    Case(f"{noun} set log-retention {' '.join(flags)}", [noun, "set", "log-retention", "5", *flags],
         {f"PUT /api/v1/{noun}s/5/retain_logs": answer({})})
    for noun in ("experiment", "trial")
    for flags in (["--days", "50"], ["--days", "-1"], ["--days", "0"], ["--days", "32767"], ["--forever"], [],
                  ["--days", "-2"], ["--days", "32768"], ["--days", "soon"], ["--days", "none"],
                  ["--days", "1", "--forever"])
]

WORKSPACE = {"id": 4, "name": "Vision", "archived": False, "username": "determined", "immutable": False,
             "numProjects": 1, "pinned": False, "userId": 2, "numExperiments": 1,
             "state": "WORKSPACE_STATE_UNSPECIFIED", "errorMessage": ""}
PROJECT = {"id": 7, "name": "base lines", "workspaceId": 4, "workspaceName": "Vision", "description": "", "notes": [],
           "numExperiments": 1, "numActiveExperiments": 0, "numRuns": 0, "archived": False, "username": "determined",
           "immutable": False, "userId": 2, "state": "WORKSPACE_STATE_UNSPECIFIED", "errorMessage": "", "key": ""}
PAGE = {"offset": 0, "limit": 0, "startIndex": 0, "endIndex": 1, "total": 1}
MOVE = {
    "GET /api/v1/workspaces": answer({"workspaces": [WORKSPACE], "pagination": PAGE}),
    "GET /api/v1/workspaces/4": answer({"workspace": WORKSPACE}),
    "GET /api/v1/workspaces/4/projects": answer({"projects": [PROJECT], "pagination": PAGE}),
    "POST /api/v1/experiments/5/move": answer({}),
}

PLACES = [
    Case("move", ["experiment", "move", "5", "Vision", "base lines"], MOVE),
    Case("move to a project in another case", ["e", "move", "5", "Vision", "BASE LINES"], MOVE),
    Case("move to no workspace", ["e", "move", "5", "Sound", "base lines"], {
        **MOVE, "GET /api/v1/workspaces": answer({"workspaces": [], "pagination": PAGE})}),
    Case("move to no project", ["e", "move", "5", "Vision", "other"], {
        **MOVE, "GET /api/v1/workspaces/4/projects": answer({"projects": [], "pagination": PAGE})}),
    Case("move, refused", ["e", "move", "5", "Vision", "base lines"], {
        **MOVE, "POST /api/v1/experiments/5/move": refusal(400, "InvalidArgument", "experiment is archived")}),
    Case("delete-tb-files", ["experiment", "delete-tb-files", "5"], {
        "GET /api/v1/experiments/5": experiment(), "DELETE /api/v1/experiments/5/tensorboard-files": answer({})}),
    Case("delete-tb-files of one that is not there", ["e", "delete-tb-files", "99999"], {
        "GET /api/v1/experiments/99999": refusal(404, "NotFound", "experiment '99999' not found")}),
]

AWKWARD = {
    "entrypoint": "python3 -m train --note 'it is: a long line that is folded behind its eightieth column' --epochs 4",
    "description": "two\nlines", "labels": [], "data": {}, "name": "é", "workspace": "yes", "project": "null",
    "hyperparameters": {"lr": {"type": "log", "minval": -5.0, "maxval": 1e-05, "base": 10}, "tags": ["1", "1e3", "0x1f"],
                        "nested": [[1, 2], [{"a": None, "b": [True, False]}]], "#c": "#c", "a b": "a: b", "": "- x",
                        "k" * 130: "a key that is too long", "wait": "2026-01-02", "star": "*.ckpt", "at": "@x"},
}

CONFIGURATION = [
    Case("config", ["experiment", "config", "5"], {"GET /api/v1/experiments/5": experiment()}),
    Case("config with awkward texts", ["e", "config", "5"], {"GET /api/v1/experiments/5": experiment(AWKWARD)}),
    Case("config of one that is not there", ["e", "config", "99999"], {
        "GET /api/v1/experiments/99999": refusal(404, "NotFound", "experiment '99999' not found")}),
]

CASES = [*LIFECYCLE, *ATTRIBUTES, *LOG_RETENTION, *PLACES, *CONFIGURATION]
