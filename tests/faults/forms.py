"""How each command is called, once in each form that asks differently; of the first one, lines are made that are wrong.

The commands themselves come from the program's tree: one without a form here fails cli.tree and faults.bad_input. All
of them end with 0 in front of a master that grants everything (tests/support/granting.py).
"""

import shlex
from dataclasses import dataclass

import replay

UUID = "fca3e11f-4d58-4b94-ba3a-cc9cbca52383"
POLICY = "--save-experiment-best 1 --save-trial-best 1 --save-trial-latest 1"
PASSWORD = replay.PASSWORD.encode() + b"\n"


@dataclass(frozen=True)
class Form:
    line: str  # what follows the command's words
    stdin: bytes = b""

    @property
    def words(self):
        return shlex.split(self.line)


def _forms(*lines):
    return [line if isinstance(line, Form) else Form(line) for line in lines]


FORMS = {
    "experiment list": _forms("", "--csv", "--json"),
    "experiment describe": _forms("5", "5 --json"),
    "experiment list-trials": _forms("5"),
    "experiment list-checkpoints": _forms("5", "5 --csv", "5 --best 3", "5 --json"),
    "experiment best": _forms("12"),
    "experiment download": _forms("12 --top-n 2"),
    "experiment gc-plan": _forms(f"17 {POLICY}"),
    "experiment logs": _forms("5", "5 --follow"),
    "experiment wait": _forms("5"),
    "experiment download-model-def": _forms("5"),
    "experiment config": _forms("5", "5 --json"),
    "experiment pause": _forms("5"),
    "experiment activate": _forms("5"),
    "experiment cancel": _forms("5"),
    "experiment kill": _forms("5"),
    "experiment archive": _forms("5"),
    "experiment unarchive": _forms("5"),
    "experiment move": _forms("5 Vision baselines"),
    "experiment delete": _forms("5 --yes"),
    "experiment delete-tb-files": _forms("5"),
    "experiment label add": _forms("5 new"),
    "experiment label remove": _forms("12 files"),
    "experiment set name": _forms("5 new"),
    "experiment set description": _forms("5 new"),
    "experiment set max-slots": _forms("5 4", "5 none"),
    "experiment set priority": _forms("5 40"),
    "experiment set weight": _forms("5 2.5"),
    "experiment set log-retention": _forms("5 --days 90", "5 --forever --json"),
    "experiment set gc-policy": _forms(f"17 {POLICY} --yes", f"17 {POLICY} --dry-run"),
    "trial describe": _forms("7", "7 --json"),
    "trial list-checkpoints": _forms("16"),
    "trial download": _forms("16 --best", f"16 --uuid {UUID}"),
    "trial logs": _forms("7", "7 --follow", "7 --json"),
    "trial kill": _forms("7"),
    "trial set log-retention": _forms("7 --days 10", "7 --forever"),
    "checkpoint list": _forms("12 --csv", "", "--trial 16"),
    "checkpoint describe": _forms(UUID),
    "checkpoint download": _forms(UUID),
    "checkpoint verify": _forms("model", "model --remote"),
    "checkpoint cat": _forms(f"{UUID} metadata.json"),
    "checkpoint du": _forms("", "12", "--json"),
    "checkpoint add-metadata": _forms(f"{UUID} note=1"),
    "checkpoint remove-metadata": _forms(f"{UUID} note"),
    "checkpoint rm": _forms(f"{UUID} --glob *.pt --yes"),
    "checkpoint delete": _forms(f"{UUID} --yes"),
    "user login": _forms(Form("determined --password-stdin", PASSWORD)),
    "user logout": _forms("", "--all"),
    "user whoami": _forms(""),
    "deploy local cluster-up": _forms("--foreground"),  # so that one that should not have started ends with its test
    "deploy local cluster-down": _forms(""),
    "deploy local logs": _forms("--no-follow"),
    "completion": _forms("bash"),
}
# The last words of commands that change nothing; every other one asks for a change in each of its forms.
READING = ("list", "describe", "list-trials", "list-checkpoints", "best", "download", "gc-plan", "logs", "wait",
           "download-model-def", "config", "cat", "du", "whoami")
# What needs something that an earlier command left: conformance/tree_walk.py leaves it.
PREPARED = ("checkpoint verify",)


def asking(tree):
    """(command, form) of each form of each command of the tree that asks a master, if only sometimes."""
    return [(command, form) for command in tree.commands
            if command.asks in ("master", "sometimes") and command.path not in PREPARED
            for form in FORMS[command.path]]
