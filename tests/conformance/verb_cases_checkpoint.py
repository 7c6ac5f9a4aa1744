"""Checkpoints deleted, files of them removed, and their metadata changed."""

import json

from verb_case import Case, Difference, answer, refusal

ONE, OTHER = "a0000005-0000-4000-8000-000000000005", "fca3e11f-4d58-4b94-ba3a-cc9cbca52383"
NOBODY = "00000000-0000-0000-0000-000000000000"
BOTH = f"{ONE},{OTHER}"
DELETE, REMOVE = "DELETE /api/v1/checkpoints", "POST /api/v1/checkpoints/rm"
REGISTERED = (f"this subset of checkpoints provided are in the model registry and cannot be deleted: {ONE}, "
              "registered to resnet (model #1), version 2.")

CHECKPOINT = {
    "taskId": "5.f64933ad-9a9b-40a2-a514-9d075f5d9de6", "uuid": ONE, "reportTime": "2026-11-20T23:56:48.565190Z",
    "resources": {"code/": "0", "code/model_def.py": "77", "metadata.json": "28", "state_dict.pth": "1024"},
    "metadata": {"steps_completed": 500}, "state": "STATE_COMPLETED",
    "training": {"trialId": 6, "experimentId": 5, "experimentConfig": {"searcher": {
        "name": "single", "metric": "validation_error", "smaller_is_better": True}},
        "hparams": {"layers": 1, "lr": 0.1}, "trainingMetrics": {"avgMetrics": {"loss": 0.2}, "batchMetrics": []},
        "validationMetrics": {"avgMetrics": {"validation_error": 0.4}, "batchMetrics": []}, "searcherMetric": 0.4}}
NO_PAGE = {"offset": 0, "limit": 0, "startIndex": 0, "endIndex": 0, "total": 0}
# What det asks before its own prompt.
SHOWN = {f"GET /api/v1/checkpoints/{ONE}": answer({"checkpoint": CHECKPOINT}),
         "GET /api/v1/models": answer({"models": [], "pagination": NO_PAGE}),
         "GET /api/v1/experiments/5/checkpoints": answer({
             "checkpoints": [CHECKPOINT], "pagination": {**NO_PAGE, "endIndex": 1, "total": 1}})}
PROMPTS = "prompts stand on stderr"
DECLINED = Difference("prompts stand on stderr, and declining ends with 12", 12)


def asked(name, argv, stdin, answers, differs):
    return Case(name, argv, answers={**SHOWN, **answers}, stdin=stdin, differs=differs, reads=tuple(SHOWN))


DESCRIBED, METADATA = f"GET /api/v1/checkpoints/{ONE}", f"POST /api/v1/checkpoints/{ONE}/metadata"
NOTED = {"steps_completed": 500, "stage": "old", "scores": {"top1": 0.5, "top5": 0.9}, "tags": ["x", 1]}


def noted(name, argv, sdk, before, after=None):
    """What a line changes of a checkpoint's metadata, and what changes it officially."""
    checkpoint = answer({"checkpoint": {**CHECKPOINT, "metadata": before}})
    return Case(name, ["checkpoint", argv[0], ONE, *argv[1:]], {DESCRIBED: checkpoint, METADATA: after or checkpoint},
                sdk=f"client.get_checkpoint({ONE!r}).{sdk}")


def added(name, before, after=None, **values):
    words = [f"{key}={json.dumps(value)}" for key, value in values.items()]
    return noted(name, ["add-metadata", *words], f"add_metadata({values!r})", before, after)


def removed(name, before, *keys):
    return noted(name, ["remove-metadata", *keys], f"remove_metadata({list(keys)!r})", before)


CHANGED_METADATA = [
    added("add-metadata", NOTED, reviewed=True, note="text \u00e9 \"quoted\"", nothing=None, n=2**53, part=1e-05),
    # A key's old value goes as a whole.
    added("add-metadata that is there", NOTED, scores={"top1": 0.81}, tags=[], stage="production"),
    added("add-metadata to none", {}, nested={"list": [1, {"a": {}}]}),
    added("add-metadata, refused", NOTED, refusal(404, "NotFound", f"checkpoint '{ONE}' not found"), a=1),
    removed("remove-metadata", NOTED, "scores"),
    removed("remove-metadata, all", NOTED, *NOTED),
    Case("remove-metadata of no checkpoint", ["c", "remove-metadata", NOBODY, "a"], {
        f"GET /api/v1/checkpoints/{NOBODY}": refusal(404, "NotFound", f"checkpoint '{NOBODY}' not found")},
        sdk=f"client.get_checkpoint({NOBODY!r}).remove_metadata(['a'])"),
]

CASES = [
    *CHANGED_METADATA,
    Case("checkpoint-delete", ["checkpoint", "delete", ONE, "--yes"], answers={DELETE: answer({})}),
    Case("checkpoint-delete-several", ["c", "delete", "--yes", BOTH], answers={DELETE: answer({})}),
    Case("checkpoint-delete-unknown", ["checkpoint", "delete", NOBODY, "--yes"],
         answers={DELETE: refusal(404, "NotFound", f"checkpoints '{NOBODY}' not found")}),
    Case("checkpoint-delete-registered", ["checkpoint", "delete", BOTH, "--yes"],
         answers={DELETE: refusal(400, "InvalidArgument", REGISTERED)}),
    asked("checkpoint-delete-prompt-yes", ["checkpoint", "delete", ONE], "maybe\nYes\n", {DELETE: answer({})},
          Difference(PROMPTS, 0, f"Deletion of checkpoints {ONE} is in progress\n")),
    asked("checkpoint-delete-prompt-no", ["checkpoint", "delete", ONE], "n\n", {}, DECLINED),
    Case("checkpoint-rm", ["checkpoint", "rm", ONE, "--glob", "nested/**", "--yes"], answers={REMOVE: answer({})}),
    Case("checkpoint-rm-several", ["checkpoint", "rm", "--glob", "*.pth", BOTH, "--yes", "--glob=code/*"],
         answers={REMOVE: answer({})}),
    Case("checkpoint-rm-refresh", ["checkpoint", "rm", BOTH], answers={REMOVE: answer({})}),
    # As recorded.
    Case("checkpoint-rm-unknown", ["checkpoint", "rm", NOBODY, "--glob", "a", "--yes"],
         answers={REMOVE: refusal(500, "Internal", f"'{NOBODY}'")}),
    asked("checkpoint-rm-prompt-yes", ["checkpoint", "rm", ONE, "--glob", "*.pth"], "y\n", {REMOVE: answer({})},
          Difference(PROMPTS, 0, f"Removal of files from checkpoints {ONE} is in progress.\n")),
    asked("checkpoint-rm-prompt-no", ["checkpoint", "rm", ONE, "--glob", "*.pth"], "no\n", {}, DECLINED),
]
