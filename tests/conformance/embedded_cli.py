#!/usr/bin/env python3
"""The official client prints against our master what it printed against a real one, and changes what is there.

    embedded_cli.py --det PROGRAM [-v] [CASE...]     with cases: only those recordings

Without the official client installed it is skipped by name (status 77).
"""

import csv
import io
import shlex
import sys
import time

from embedded import PEER, SKIPPED, judge
from embedded_cases import Theirs, judge_recordings, parse_arguments, recorded_place
from official import peer_python

import cluster as recorded

PATIENCE = 30
PARTLY, WHOLE_A, WHOLE_B = ("dc482c2c-d44a-42ee-b8bc-95d70a75feba", "7243176d-e518-4bdd-977d-2105827f7f71",
                            "54330c33-e33c-4064-8e17-0e71f8111aa4")
UNKNOWN = "deadbeef-0000-4000-8000-000000000000"


def said(place, line, status=0, stdin=""):
    """What a command says: stdout, or with another status stderr."""
    master = place.embedded.master
    done = place.embedded.client.run(shlex.split(line), master.sandbox,
                                     master.environment(COLUMNS="200", NO_COLOR="1"), stdin)
    assert done["status"] == status, (line, done)
    assert "Traceback" not in done["stderr"], (line, done)
    return done["stdout"] if status == 0 else done["stderr"].strip()


def says(place, line, expected, status=0, stdin=""):
    found = said(place, line, status, stdin)
    assert found.strip() == expected, f"{line}: {found!r} instead of {expected!r}"


def described(place, experiment):
    """A row of the first table, by its heads."""
    rows = list(csv.reader(io.StringIO(said(place, f"experiment describe {experiment} --csv"))))
    head = next(number for number, row in enumerate(rows) if row[:1] == ["Experiment ID"])
    return dict(zip(rows[head], rows[head + 1]))


def states(place, experiment):
    """uuid -> (state, files)"""
    table = csv.DictReader(io.StringIO(said(place, f"experiment list-checkpoints {experiment} --csv")))
    return {row["UUID"]: (row["State"], row["Resources"].split("\n")) for row in table}


def wait_for(what):
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def an_experiment_is_archived_and_back(place):
    says(place, "experiment archive 6", "Archived experiment 6")
    assert described(place, 6)["Archived"] == "True"
    assert " ties " not in said(place, "experiment list")
    says(place, "experiment unarchive 6", "Unarchived experiment 6")
    assert described(place, 6)["Archived"] == "False"
    assert "RUNNING" in said(place, "experiment archive 15", status=1)


def an_experiment_is_renamed_described_and_labelled(place):
    says(place, "experiment set name 6 'new name'", "Set name of experiment 6 to 'new name'")
    says(place, "experiment set description 6 'of it'", "Set description of experiment 6 to 'of it'")
    says(place, "experiment label add 6 gold", "Added label 'gold' to experiment 6")
    says(place, "experiment label add 6 silver", "Added label 'silver' to experiment 6")
    says(place, "experiment label remove 6 gold", "Removed label 'gold' from experiment 6")
    row = described(place, 6)
    assert (row["Name"], row["Description"], row["Labels"]) == ("new name", "of it", "silver"), row


def its_resources_are_kept_in_its_configuration(place):
    says(place, "experiment set priority 6 3", "Set `priority` of experiment 6 to 3")
    says(place, "experiment set weight 6 2.5", "Set `weight` of experiment 6 to 2.5")
    says(place, "experiment set max-slots 6 4", "Set `max_slots` of experiment 6 to 4")
    lines = {line.strip() for line in said(place, "experiment config 6").splitlines()}
    assert {"priority: 3", "weight: 2.5", "max_slots: 4", "name: new name"} <= lines, lines


def a_bound_on_slots_is_taken_away(place):
    says(place, "experiment set max-slots 6 none", "Set `max_slots` of experiment 6 to None")
    assert "  max_slots: null" in said(place, "experiment config 6").splitlines()


def its_place_and_its_logs_stay_as_they_are(place):
    says(place, "experiment move 6 Uncategorized uncategorized", 'Moved experiment 6 to project "uncategorized"')
    assert "workspace 'Vision' not found" in said(place, "experiment move 6 Vision x", status=1)
    assert "project 'x' not found" in said(place, "experiment move 6 Uncategorized x", status=1)
    says(place, "experiment set log-retention 6 --forever", "")
    assert "can only be -1" in said(place, "experiment set log-retention 6 --days 30", status=1)
    assert "TensorBoard files" in said(place, "experiment delete-tb-files 6", status=1)


def waiting_tells_how_it_ended(place):
    says(place, "experiment wait 5", "")
    says(place, "experiment wait 10", "", status=1)


def what_has_no_process_here_cannot_be_paused(place):
    said(place, "experiment pause 15", status=1)
    said(place, "experiment activate 1", status=1)
    assert "terminal state" in said(place, "experiment pause 5", status=1)
    said(place, "experiment continue 5", status=1)
    assert "no model definition" in said(place, "experiment download-model-def 5", status=1)


def what_runs_is_cancelled_and_killed(place):
    says(place, "trial kill 18", "Killed trial 18")
    says(place, "experiment cancel 2", "Canceled experiment 2")
    says(place, "experiment kill 3", "Killed experiment 3")
    assert {described(place, number)["State"] for number in (2, 3, 15)} == {"CANCELED"}
    says(place, "experiment kill 3", "Killed experiment 3")


def an_experiment_is_deleted(place):
    said(place, "experiment delete 4 --yes", status=1)
    says(place, "experiment delete 15 --yes", "Deletion of experiment 15 is in progress")
    wait_for(lambda: "running-one" not in said(place, "experiment list --all"))
    assert "not found" in said(place, "experiment describe 15", status=1)


def logs_are_shown_whole_in_part_and_by_level(place):
    task = place.embedded.rest("GET", "/api/v1/trials/19")["trial"]["taskId"]
    levels = ("DEBUG", "INFO", "WARNING", "ERROR")
    logs = [{"taskId": task, "log": f"says {level}\n", "level": f"LOG_LEVEL_{level}", "timestamp":
             f"2026-11-20T23:56:5{number}.102441Z", "rankId": number} for number, level in enumerate(levels)]
    place.embedded.rest("POST", "/api/v1/task/logs", {"logs": logs})
    *lines, end = said(place, "trial logs 19").splitlines()
    assert end == "Trial log stream ended. To reopen log stream, run: det trial logs -f 19", end
    assert lines == [f"[2026-11-20T23:56:5{number}.102441Z]          [rank={number}] || {level}: says {level}"
                     for number, level in enumerate(levels)], lines
    for words, expected in (("--tail 1", lines[3:]), ("--head 2", lines[:2]), ("--level WARNING", lines[2:]),
                            ("--rank-id 1", lines[1:2]), ("-f", lines)):
        assert said(place, f"trial logs 19 {words}").splitlines()[:-1] == expected, words
    assert said(place, "experiment logs 16").splitlines()[:-1] == lines


def files_are_removed_from_checkpoints(place):
    failed = "Failed to remove files from checkpoints: "
    says(place, f"checkpoint rm {UNKNOWN} --glob '*' --yes", f"{failed}checkpoints '{UNKNOWN}' not found", status=1)
    says(place, f"checkpoint rm {PARTLY} --glob '' --yes", f"{failed}cannot have empty string glob", status=1)
    says(place, f"checkpoint rm {PARTLY} --glob '../*' --yes", f"{failed}glob '../*' cannot contain '..'", status=1)
    says(place, "checkpoint rm nope --glob '*' --yes",
         f"{failed}converting checkpoint: string nope is not a valid uuid", status=1)
    says(place, f"checkpoint rm {PARTLY}",
         f"No glob patterns provided, refreshing resources of checkpoints {PARTLY} is in progress.")
    assert "Stopping removal" in said(place, f"checkpoint rm {PARTLY} --glob 'nested/**'", stdin="n\n")
    assert states(place, 12)[PARTLY][0] == "COMPLETED"
    says(place, f"checkpoint rm {PARTLY} --glob 'nested/**' --glob empty --yes",
         f"Removal of files from checkpoints {PARTLY} is in progress.")
    wait_for(lambda: states(place, 12)[PARTLY][0] == "PARTIALLY_DELETED")
    folder = place.embedded.storage / PARTLY
    wait_for(lambda: {path.name for path in folder.rglob("*") if path.is_file()} == {"metadata.json", "state_dict.pth"})
    listed = [name for name in states(place, 12)[PARTLY][1] if not name.endswith("/")]
    assert listed == ["metadata.json", "state_dict.pth"], listed


def checkpoints_are_deleted(place):
    failed = "Failed to delete checkpoints: "
    says(place, f"checkpoint delete {UNKNOWN} --yes", f"{failed}checkpoints '{UNKNOWN}' not found", status=1)
    registered = "90000004-0000-4000-8000-000000000004"
    says(place, f"checkpoint delete {registered} --yes",
         f"{failed}this subset of checkpoints provided are in the model registry and cannot be deleted: {registered}, "
         "registered to reg-model (model #1), version 1.", status=1)
    assert "Stopping deletion" in said(place, f"checkpoint delete {WHOLE_A}", stdin="n\n")
    says(place, f"checkpoint delete {WHOLE_A},{WHOLE_B} --yes",
         f"Deletion of checkpoints {WHOLE_A},{WHOLE_B} is in progress")
    wait_for(lambda: not {WHOLE_A, WHOLE_B} & set(place.embedded.stored()))
    assert {states(place, 12)[uuid][0] for uuid in (WHOLE_A, WHOLE_B)} == {"DELETED"}


def a_new_policy_collects_at_once(place):
    before = {uuid for uuid, (state, _) in states(place, 17).items() if state == "COMPLETED"}
    assert len(before) == 10, before
    said(place, "experiment set gc-policy 17 --save-experiment-best 0 --save-trial-best 1 --save-trial-latest 1 --yes")
    kept = {f"2000000{digit}-0000-4000-8000-00000000000{digit}" for digit in "57a"}
    after = {uuid for uuid, (state, _) in states(place, 17).items() if state == "COMPLETED"}
    assert after == kept, after
    wait_for(lambda: before & set(place.embedded.stored()) == kept)


def models_are_registered(place):
    said(place, "model create cli-model")
    said(place, "model register-version cli-model fe6a48a7-1c60-465c-bc28-7d8fa47cfbd4")
    assert "fe6a48a7-1c60-465c-bc28-7d8fa47cfbd4" in said(place, "model list-versions cli-model")
    assert "cli-model" in said(place, "model list") and "reg-model" in said(place, "model list")
    assert "90000004-0000-4000-8000-000000000004" in said(place, "model describe reg-model")


def what_a_cluster_has_is_listed(place):
    for line in ("user list", "master info", "agent list", "slot list", "task list", "template list",
                 "workspace list", "project list Uncategorized"):
        said(place, line)
    assert "version: 0.38.1" in said(place, "master info")
    assert "Uncategorized" in said(place, "workspace list")
    users = said(place, "user list")
    assert "admin" in users and "determined" in users, users


CHECKS = (an_experiment_is_archived_and_back, an_experiment_is_renamed_described_and_labelled,
          its_resources_are_kept_in_its_configuration, a_bound_on_slots_is_taken_away,
          its_place_and_its_logs_stay_as_they_are, waiting_tells_how_it_ended,
          what_has_no_process_here_cannot_be_paused, what_runs_is_cancelled_and_killed, an_experiment_is_deleted,
          logs_are_shown_whole_in_part_and_by_level, files_are_removed_from_checkpoints, checkpoints_are_deleted,
          a_new_policy_collects_at_once, models_are_registered, what_a_cluster_has_is_listed)


def main():
    arguments = parse_arguments(__doc__)
    if not peer_python():
        print(f"skipped: {PEER} is not installed")
        return SKIPPED
    cluster = recorded.recorded_cluster()
    failed = judge_recordings(Theirs(), arguments, cluster)
    if not arguments.cases:
        with recorded_place(arguments.det, cluster) as place:
            failed |= judge(CHECKS, place, f"groups of commands of {PEER} work")
    return failed


sys.exit(main())
