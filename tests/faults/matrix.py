"""What the bad-input test tries beside what is generated (generated.py), and what each mistreatment ends with."""

import re

from forms import POLICY, UUID
from generated import UNKNOWN_UUID

EVERYTHING = r".*"
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
ANSWERED = set(MODES) - {"reset"}
# Modes in which a master has answered, for good, that it does not do this.
REFUSED = {mode for mode, statuses in MODES.items() if statuses <= {5, 15}} | {"403"}
# "METHOD path" -> modes that are no harm to whoever asks this: the command ends with 0 then, in all others as above.
BORNE = {
    # It is granted with an empty object: there is nothing in it that could be of another type.
    r"POST /api/v1/experiments/\d+/(activate|archive|cancel|kill|move|pause|unarchive)": {"scalars", "inner_types"},
    r"POST /api/v1/trials/\d+/kill": {"scalars", "inner_types"},
    r"PUT /api/v1/(experiments|trials)/\d+/retain_logs": {"scalars", "inner_types"},
    r"DELETE /api/v1/experiments/\d+(/tensorboard-files)?": {"scalars", "inner_types"},
    r"DELETE /api/v1/checkpoints|POST /api/v1/checkpoints/rm": {"scalars", "inner_types"},
    # All that is read of it stands on its first level.
    r"GET /api/v1/experiments/\d+/model_def|POST /api/v1/auth/login": {"inner_types"},
    # An empty body is a log without lines.
    r"GET /api/v1/trials/\d+/logs": {"empty"},
    # The token is forgotten by then, whatever the master says.
    r"POST /api/v1/auth/logout": ANSWERED,
    # Without it a plan says what it does not know.
    r"GET /api/v1/models(/.*)?|GET /experiments/\d+/preview_gc|GET /api/v1/master": REFUSED,
}
# What prints as it reads: what came before the lie stays.
STREAMS = ("trial logs", "experiment logs")
# These wait for ever: they run with --timeout, and end with 124, or sooner where the answer can be seen to be wrong.
WAITING_MODES = {"hang": {124}, "endless": {124, 15}, "endless_text": {124, 15}}
# Archives: what the transfer of bytes ends with. An archive's own bytes are wrong: 7; the master cannot pack it: 10.
ARCHIVE_MODES = {
    "html": {7, 15}, "html_error": {10}, "empty": {7, 15}, "truncated": {7, 9, 15}, "hostile_error": {10, 15},
    "401": {4}, "403": {4}, "404": {5, 10}, "500": {10}, "502": {9}, "503": {9}, "too_many": {9}, "redirect": {10, 15},
    "reset": {9}, "short": {7, 9},
}


def statuses(mode, requests):
    """What may end a command whose requests ("METHOD path") are all mistreated in this way."""
    borne = [any(mode in modes and re.fullmatch(what, request) for what, modes in BORNE.items())
             for request in requests]
    return {0} if borne and all(borne) else MODES[mode]


def waiting_statuses(mode, requests):
    """The same of the modes that wait; what does not matter need not be read to its end."""
    is_read = mode == "hang" or statuses("html", requests) != {0}
    return WAITING_MODES[mode] if is_read else {0}


# Lines that end with 2 before anything is asked.
USAGE = [
    "frobnicate", "experiment frobnicate", "experiment set frobnicate", "--frobnicate",
    "notebook", "notebook list", "experiment list --limit",
    "experiment describe 5 --csv --json", "trial describe 7 --csv --json",
    "experiment list-checkpoints 5 --best", "experiment list-checkpoints 5 --best -1",
    "experiment list-checkpoints 5 --best 1.5", "experiment list-checkpoints 5 --best 99999999999999999999",
    "experiment list-checkpoints 5 --smaller-is-better maybe --sort-by val_loss",
    "experiment best 12 --path --metric", "experiment download 12 --top-n -1",
    "experiment download 12 --sort-by val_acc --smaller-is-better maybe",
    "experiment set gc-policy 17", "experiment set gc-policy 17 --save-trial-best 1",
    "experiment set gc-policy 17 --save-experiment-best -1 --save-trial-best 1 --save-trial-latest 1 --yes",
    "experiment set max-slots 5 1.5", "experiment set priority 5 high", "experiment set weight 5 heavy",
    "experiment set log-retention 5", "experiment set log-retention 5 --days -2",
    "experiment set log-retention 5 --days 1 --forever", "trial set log-retention 7 --days 32768",
    "experiment move 5 '' baselines", "experiment move 5 Vision ''", "experiment download-model-def 5 --output-dir ''",
    "trial logs 7 --head 1 --tail 1", "experiment logs 5 --follow --tail 1", "trial logs 7 --level info",
    "experiment wait 5 --polling-interval -1", "experiment kill 5,6", "trial kill -1",
    "trial download 16", "trial download 16 --best --latest",
    f"trial download 16 --best --uuid {UUID}", "trial download 16 --best --sort-by val_acc --smaller-is-better maybe",
    "trial download 16 --latest --sort-by val_acc --smaller-is-better true",
    "checkpoint list --best 2", "checkpoint list 12 --trial 16", "checkpoint list --csv --json",
    f"checkpoint delete {UUID}, --yes", f"checkpoint rm {UUID} --glob", f"checkpoint rm {UUID} --glob ../x --yes",
    f"checkpoint add-metadata {UUID} note", f"checkpoint add-metadata {UUID} a=True",
    f"--source dir:. checkpoint delete {UUID} --yes", "--source dir:. experiment kill 5",
    "checkpoint du 12 --csv --json", "checkpoint du dir:",
    "experiment list-checkpoints dir:", "experiment list-checkpoints ray:x", "trial download dir:. --best",
    "--source dir:. experiment list", "--source dir:. user whoami", "--source dir:. trial describe 7",
    f"experiment gc-plan dir:. {POLICY}", f"experiment set gc-policy dir:. {POLICY} --yes",
    "--timeout x experiment list", "--timeout -1 experiment list", "--color sometimes experiment list",
    "-m ftp://x experiment list", "-m http:// experiment list", "-m http://localhost:99999 experiment list",
]

# What the master does not know or have, beside strange ids in the forms.
UNKNOWN = {
    "trial download 99999 --latest": {5}, "experiment list-checkpoints 99999 --best 3": {5},
    "checkpoint describe not-a-uuid": {2, 5, 15}, "checkpoint download not-a-uuid": {2, 5, 15},
    "checkpoint delete not-a-uuid --yes": {5}, "experiment list-checkpoints 5 --sort-by nope": {2},
    "experiment list-checkpoints 5 --sort-by nope --smaller-is-better true": {6},
    "experiment best 12 --sort-by nope --smaller-is-better true": {6},
    "experiment download 12 --sort-by nope --smaller-is-better true": {6},
    "trial download 16 --best --sort-by nope --smaller-is-better false": {6},
    f"checkpoint cat {UUID} nothing-like-it": {5}, f"checkpoint remove-metadata {UUID} nope": {5},
    f"checkpoint delete {UNKNOWN_UUID}": {5}, f"checkpoint delete {UUID},{UNKNOWN_UUID} --yes": {5},
    f"checkpoint rm {UNKNOWN_UUID} --glob *.pt": {5}, "checkpoint verify gone": {5}, "checkpoint verify .": {6},
    "experiment move 5 Sound baselines": {5}, "experiment move 5 Vision elsewhere": {5},
    "experiment wait 1": {14}, "experiment wait 10": {14}, "experiment logs 14": {5},
    "experiment list-checkpoints dir:gone": {5}, "experiment best dir:.": {6}, "experiment download dir:.": {6},
    "--source dir:. trial list-checkpoints 16": {5}, f"--source dir:. checkpoint describe {UUID}": {5},
    f"--source dir:gone checkpoint cat {UUID} metadata.json": {5},
    "experiment best 14": {6}, "experiment download 14": {6},
    "experiment download 12 --sort-by val_acc": {2}, "trial download 16 --best --sort-by val_acc": {2},
}
