"""How each command that asks a master is called, once in each form that asks differently.

The commands themselves come from the program's tree: one without a form here fails cli.tree and faults.bad_input.
"""

import shlex
from dataclasses import dataclass

UUID = "fca3e11f-4d58-4b94-ba3a-cc9cbca52383"
POLICY = "--save-experiment-best 1 --save-trial-best 1 --save-trial-latest 1"


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
    "experiment config": _forms("5"),
    "experiment label add": _forms("5 blue"),
    "experiment label remove": _forms("5 blue"),
    "experiment archive": _forms("5"),
    "experiment unarchive": _forms("5"),
    "experiment activate": _forms("5"),
    "experiment pause": _forms("5"),
    "experiment cancel": _forms("5"),
    "experiment kill": _forms("5"),
    "experiment delete": _forms("5 --yes"),
    "experiment delete-tb-files": _forms("5"),
    "experiment move": _forms("5 Uncategorized Uncategorized"),
    "experiment set name": _forms("5 blue"),
    "experiment set description": _forms("5 blue"),
    "experiment set max-slots": _forms("5 4"),
    "experiment set weight": _forms("5 2.5"),
    "experiment set priority": _forms("5 10"),
    "experiment set log-retention": _forms("5 --days 10"),
    "experiment set gc-policy": _forms(f"17 {POLICY} --yes", f"17 {POLICY} --dry-run"),
    "experiment config": _forms("5", "5 --json"),
    "experiment pause": _forms("5"),
    "experiment activate": _forms("5"),
    "experiment cancel": _forms("5"),
    "experiment kill": _forms("5"),
    "experiment archive": _forms("5"),
    "experiment unarchive": _forms("5"),
    "experiment move": _forms("5 Uncategorized Uncategorized"),
    "experiment delete": _forms("5 --yes"),
    "experiment delete-tb-files": _forms("5"),
    "experiment label add": _forms("5 new"),
    "experiment label remove": _forms("5 gold"),
    "experiment set name": _forms("5 new"),
    "experiment set description": _forms("5 new"),
    "experiment set max-slots": _forms("5 4", "5 none"),
    "experiment set priority": _forms("5 40"),
    "experiment set weight": _forms("5 2.5"),
    "experiment set log-retention": _forms("5 --days 90", "5 --forever --json"),
    "trial kill": _forms("7"),
    "trial set log-retention": _forms("7 --forever"),
    "trial describe": _forms("7", "7 --json"),
    "trial list-checkpoints": _forms("16"),
    "trial download": _forms("16 --best", f"16 --uuid {UUID}"),
    "trial logs": _forms("7", "7 --follow", "7 --json"),
    "trial kill": _forms("7"),
    "trial set log-retention": _forms("7 --days 10"),
    "checkpoint list": _forms("", "12 --csv", "--trial 16"),
    "checkpoint delete": _forms(f"{UUID} --yes"),
    "checkpoint rm": _forms(f"{UUID} --glob *.pt --yes"),
    "checkpoint add-metadata": _forms(f"{UUID} note=1"),
    "checkpoint remove-metadata": _forms(f"{UUID} note"),
    "checkpoint download": _forms(UUID),
    "checkpoint describe": _forms(UUID),
    "checkpoint cat": _forms(f"{UUID} metadata.json"),
    "checkpoint du": _forms("12", "--json"),
    "user login": _forms(Form("ann --password-stdin", b"secret\n")),
    "user whoami": _forms(""),
}


def lines_of(tree):
    """(command line, stdin) of every form of every command of the tree that asks a master."""
    return [(f"{command.path} {form.line}".rstrip(), form.stdin) for command in tree.commands
            if command.asks == "master" for form in FORMS[command.path]]
