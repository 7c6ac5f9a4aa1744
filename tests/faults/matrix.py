"""What the bad-input test tries beside the forms of every command (forms.py), and what each mistreatment ends with."""

from forms import POLICY, UUID

UNKNOWN_UUID = "deadbeef-0000-4000-8000-000000000000"

EVERYTHING = r".*"
# Requests that come after others went well: (pattern of "METHOD path", commands).
LATER_REQUESTS = [
    (r"GET /api/v1/experiments/\d+/checkpoints", ["experiment list-checkpoints 5 --best 3", "experiment best 12",
                                                  "experiment download 12", f"experiment gc-plan 17 {POLICY}",
                                                  "checkpoint du 12", "checkpoint du"]),
    (r"GET /api/v1/experiments/\d+/trials", ["experiment describe 5", "experiment list-trials 5"]),
    (r"GET /api/v1/trials/\d+/workloads", ["experiment describe 5", "trial describe 7", "trial describe 7 --json"]),
    (r"GET /api/v1/trials/\d+/checkpoints", ["trial list-checkpoints 16", "trial download 16 --best"]),
    (r"GET /api/v1/checkpoints/.*", [f"checkpoint download {UUID} --mode master"]),
    (r"POST /api/v1/checkpoints/.*", [f"checkpoint add-metadata {UUID} a=1"]),
    (r"PATCH .*", [f"experiment set gc-policy 17 {POLICY} --yes", "experiment set name 5 new",
                   "experiment label add 5 new"]),
    (r"DELETE .*", ["experiment delete-tb-files 5"]),
]
ARCHIVE_COMMAND = f"checkpoint download {UUID} --mode master --progress none"
ARCHIVE = r"GET /checkpoints/.*"

# mode -> statuses that may end a command.
MODES = {
    "html": {15}, "html_error": {15}, "empty": {15}, "truncated": {15}, "array": {15}, "scalars": {15},
    "inner_types": {15}, "hostile_error": {15},
    "401": {4}, "403": {4}, "404": {5}, "409": {15}, "400": {15}, "500": {15},
    "502": {9}, "503": {9}, "504": {9}, "too_many": {9}, "redirect": {15},
    "reset": {9}, "short": {9},
}
# An empty body is a log without lines, not a lie.
EMPTY_IS_PROPER = "trial logs"
# These wait for ever: they run with --timeout, and end with 124, or sooner where the answer can be seen to be wrong.
WAITING_MODES = {"hang": {124}, "endless": {124, 15}, "endless_text": {124, 15}}
# Archives: what the transfer of bytes ends with. An archive's own bytes are wrong: 7; the master cannot pack it: 10.
ARCHIVE_MODES = {
    "html": {7, 15}, "html_error": {10}, "empty": {7, 15}, "truncated": {7, 9, 15}, "hostile_error": {10, 15},
    "401": {4}, "403": {4}, "404": {5, 10}, "500": {10}, "502": {9}, "503": {9}, "too_many": {9}, "redirect": {10, 15},
    "reset": {9}, "short": {7, 9},
}

# Lines that end with 2 before anything is asked.
USAGE = [
    "frobnicate", "experiment frobnicate", "experiment set frobnicate", "--frobnicate",
    "notebook", "notebook list",
    "experiment list extra", "experiment list --limit x", "experiment list --limit", "experiment list --frobnicate",
    "experiment describe 5 --csv --json", "trial describe 7 --csv --json",
    "experiment describe", "experiment describe 5 --frobnicate",
    "experiment list-trials", "experiment list-trials 5 6",
    "experiment list-checkpoints", "experiment list-checkpoints abc", "experiment list-checkpoints 5 6",
    "experiment list-checkpoints 5 --best", "experiment list-checkpoints 5 --best x",
    "experiment list-checkpoints 5 --best -1", "experiment list-checkpoints 5 --best 1.5",
    "experiment list-checkpoints 5 --best 99999999999999999999",
    "experiment list-checkpoints 5 --smaller-is-better maybe --sort-by val_loss",
    "experiment best", "experiment best 12 --path --metric",
    "experiment download", "experiment download 12 --top-n -1", "experiment download 12 --top-n x",
    "experiment download 12 --sort-by val_acc --smaller-is-better maybe", "experiment download 12 --mode zip",
    "experiment set gc-policy", "experiment set gc-policy 17", "experiment set gc-policy 17 --save-trial-best 1",
    "experiment set gc-policy 17 --save-experiment-best -1 --save-trial-best 1 --save-trial-latest 1 --yes",
    "experiment set gc-policy 17 --save-experiment-best x --save-trial-best 1 --save-trial-latest 1 --yes",
    "trial describe", "trial describe abc", "trial describe 7 8",
    "trial download 16", "trial download", "trial download 16 --best --latest",
    f"trial download 16 --best --uuid {UUID}", "trial download 16 --best --sort-by val_acc --smaller-is-better maybe",
    "trial download 16 --latest --sort-by val_acc --smaller-is-better true", "trial list-checkpoints",
    "checkpoint download", f"checkpoint download {UUID} --mode zip", "checkpoint describe",
    "checkpoint verify", "checkpoint cat", f"checkpoint cat {UUID}", f"checkpoint cat {UUID} a b",
    "checkpoint list abc", "checkpoint list --best 2", "checkpoint list 12 --trial 16", "checkpoint list --csv --json",
    "checkpoint delete", f"checkpoint delete {UUID}, --yes", f"checkpoint delete {UUID} {UUID} --yes",
    "checkpoint rm --yes", f"checkpoint rm {UUID} --glob", f"checkpoint rm {UUID} --glob ../x --yes",
    f"checkpoint add-metadata {UUID}", f"checkpoint add-metadata {UUID} note", f"checkpoint add-metadata {UUID} a=True",
    f"checkpoint remove-metadata {UUID}", f"--source dir:. checkpoint delete {UUID} --yes",
    "checkpoint du abc", "checkpoint du 12 13", "checkpoint du 12 --csv --json", "checkpoint du dir:",
    "experiment list-checkpoints dir:", "experiment list-checkpoints ray:x", "trial download dir:. --best",
    "--source dir:. experiment list", "--source dir:. user whoami", "--source dir:. trial describe 7",
    f"experiment gc-plan dir:. {POLICY}", f"experiment set gc-policy dir:. {POLICY} --yes",
    "user login a b c", "user whoami extra", "user logout extra",
    "--timeout x experiment list", "--timeout -1 experiment list", "--color sometimes experiment list",
    "-m ftp://x experiment list", "-m http:// experiment list", "-m http://localhost:99999 experiment list",
]

# Ids that a master does not know.
UNKNOWN = {
    "experiment describe 99999": {5}, "experiment describe 99999 --json": {5}, "experiment list-trials 99999": {5},
    "experiment list-checkpoints 99999": {5}, "experiment list-checkpoints 99999 --best 3": {5},
    "experiment best 99999": {5}, "experiment download 99999": {5}, f"experiment gc-plan 99999 {POLICY}": {5},
    f"experiment set gc-policy 99999 {POLICY} --yes": {5}, "trial describe 99999": {5},
    "trial list-checkpoints 99999": {5}, "trial download 99999 --best": {5}, "trial download 99999 --latest": {5},
    f"checkpoint download {UNKNOWN_UUID}": {5}, f"checkpoint describe {UNKNOWN_UUID}": {5},
    f"trial download 16 --uuid {UNKNOWN_UUID}": {5}, "checkpoint describe not-a-uuid": {2, 5, 15},
    "checkpoint download not-a-uuid": {2, 5, 15}, "experiment list-checkpoints 5 --sort-by nope": {2},
    "experiment list-checkpoints 5 --sort-by nope --smaller-is-better true": {6},
    "experiment best 12 --sort-by nope --smaller-is-better true": {6},
    "experiment download 12 --sort-by nope --smaller-is-better true": {6},
    "trial download 16 --best --sort-by nope --smaller-is-better false": {6},
    f"checkpoint cat {UNKNOWN_UUID} metadata.json": {5}, f"checkpoint cat {UUID} nothing-like-it": {5},
    "checkpoint list 99999": {5}, "checkpoint list --trial 99999": {5}, f"checkpoint delete {UNKNOWN_UUID}": {5},
    "checkpoint delete not-a-uuid --yes": {5}, f"checkpoint rm {UNKNOWN_UUID} --glob *.pt": {5},
    f"checkpoint add-metadata {UNKNOWN_UUID} a=1": {5}, f"checkpoint remove-metadata {UUID} nope": {5},
    "checkpoint du 99999": {5}, "checkpoint verify gone": {5}, "checkpoint verify .": {6},
    "experiment list-checkpoints dir:gone": {5}, "experiment best dir:.": {6}, "experiment download dir:.": {6},
    "--source dir:. trial list-checkpoints 16": {5}, f"--source dir:. checkpoint describe {UUID}": {5},
    f"--source dir:gone checkpoint cat {UUID} metadata.json": {5},
    "experiment best 14": {6}, "experiment download 14": {6},
    "experiment download 12 --sort-by val_acc": {2}, "trial download 16 --best --sort-by val_acc": {2},
}
