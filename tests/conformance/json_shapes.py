#!/usr/bin/env python3
"""Every command prints with --json what docs/json.md says: these fields and no others, of these types.

    json_shapes.py --det PROGRAM
"""

import argparse
import json
import pathlib
import shlex
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
import cluster as recorded  # noqa: E402
import replay  # noqa: E402
from command_tree import read_tree  # noqa: E402
from granting import GrantingPlay  # noqa: E402
from json_document import Document  # noqa: E402
from local_master import free_port  # noqa: E402
from replay_server import ReplayServer, laid_out_storage  # noqa: E402
from sandbox import Sandbox  # noqa: E402

UUID, OTHER = "fca3e11f-4d58-4b94-ba3a-cc9cbca52383", "6d4cac45-372e-4c14-afa7-297945a35bd0"
GONE = "deadbeef-0000-4000-8000-000000000000"
POLICY = "--save-experiment-best 1 --save-trial-best 1 --save-trial-latest 1"
DOWN = "deploy local cluster-down"
# What the document calls a command -> the lines that are tried; of a list of lines, the last one's output counts.
LINES = {
    "experiment list": ["experiment list --all"],
    "experiment describe": ["experiment describe 5"],
    "trial describe": ["trial describe 7"],
    "experiment list-trials": ["experiment list-trials 5"],
    "experiment list-checkpoints": ["experiment list-checkpoints 5", "experiment list-checkpoints 18"],
    "trial list-checkpoints": ["trial list-checkpoints 16 --best 2"],
    "checkpoint list": ["checkpoint list 5", "checkpoint list --trial 16", "checkpoint list"],
    "checkpoint describe": [f"checkpoint describe {UUID}"],
    "checkpoint add-metadata": [f"checkpoint add-metadata {UUID} a=1"],
    "checkpoint remove-metadata": [f"checkpoint remove-metadata {UUID} steps_completed"],
    "experiment download": ["experiment download 12 --top-n 2", "experiment download 12 --dry-run"],
    "trial download": ["trial download 16 --best"],
    "checkpoint download": [f"checkpoint download {UUID} {GONE} {OTHER}"],
    "experiment gc-plan": ["experiment gc-plan 17", f"experiment gc-plan 17 {POLICY}"],
    "experiment set gc-policy --dry-run": [f"experiment set gc-policy 17 {POLICY} --dry-run"],
    "experiment gc-plan --matrix": ["experiment gc-plan 17 --matrix"],
    "experiment set gc-policy": [f"experiment set gc-policy 17 {POLICY} --yes"],
    "experiment config": ["experiment config 5"],
    **{f"experiment {verb}": [f"experiment {verb} 5"]
       for verb in ("pause", "activate", "cancel", "kill", "archive", "unarchive", "delete-tb-files")},
    "experiment delete": ["experiment delete 5 --yes"],
    "experiment move": ["experiment move 5 Vision baselines"],
    "experiment label add": ["experiment label add 5 new"],
    "experiment label remove": ["experiment label remove 10 blue"],
    "experiment set name": ["experiment set name 5 new"],
    "experiment set description": ["experiment set description 5 new"],
    "experiment set max-slots": ["experiment set max-slots 5 4", "experiment set max-slots 5 none"],
    "experiment set priority": ["experiment set priority 5 40"],
    "experiment set weight": ["experiment set weight 5 2.5"],
    "experiment set log-retention": ["experiment set log-retention 5 --days 90",
                                     "experiment set log-retention 5 --forever"],
    "trial kill": ["trial kill 7"],
    "trial set log-retention": ["trial set log-retention 7 --forever", "trial set log-retention 7 --days 90"],
    "experiment logs": ["experiment logs 12"],
    "trial logs": ["trial logs 16"],
    "experiment best": ["experiment best 12"],
    "checkpoint delete": [f"checkpoint delete {UUID} --yes"],
    "checkpoint rm": [f"checkpoint rm {UUID} --glob * --yes", f"checkpoint rm {UUID}"],
    "checkpoint verify": [[f"checkpoint download {UUID} -o model", "checkpoint verify model --remote"],
                          ["checkpoint download -o model " + UUID, "!rm model/metadata.json",
                           "checkpoint verify model"],
                          [f"checkpoint download {UUID} -o model", "!truncate -s 9 model/det-receipt.json",
                           "checkpoint verify model"]],
    "checkpoint du": ["checkpoint du 18", "checkpoint du"],
    "deploy local cluster-up": [[f"deploy local cluster-up --master-port {free_port()}"]],
    "user whoami": ["user whoami"],
}
AFTERWARDS = {"deploy local cluster-up": DOWN}
STATUSES = {"checkpoint download": {8}, "checkpoint verify": {0, 7}}
WITHOUT = "as without"
# What is told on standard error.
FAILURES = ["experiment describe 99999", "checkpoint describe", f"checkpoint describe {GONE}"]
PROGRESS = f"checkpoint download {UUID} --progress json --mode master"


def printed(text):
    """The values of a text, one after the other."""
    values, decoder, at = [], json.JSONDecoder(), 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        value, at = decoder.raw_decode(text, at)
        values.append(value)
    return values


class Scene:
    def __init__(self, det, server, document):
        self.det, self.server, self.document = det, server, document

    def run(self, lines, afterwards=None):
        """What the last of the lines ended with, in a place of its own."""
        self.server.play = GrantingPlay(self.server.cluster, self.server.storage)
        with Sandbox(self.server.url) as sandbox:
            sandbox.write_token(replay.TOKEN)
            environment = sandbox.environment(XDG_DATA_HOME=str(sandbox.root / "data"))
            for line in lines:
                argv = shlex.split(line.removeprefix("!"))
                argv = argv if line.startswith("!") else [self.det, "--json", *argv]
                outcome = sandbox.piped(argv, environment)
            if afterwards:
                sandbox.piped([self.det, *shlex.split(afterwards)], environment)
        return outcome

    def problems_of(self, command, line):
        lines = line if isinstance(line, list) else [line]
        outcome = self.run(lines, AFTERWARDS.get(command))
        if outcome.status not in STATUSES.get(command, {0}):
            return [f"status {outcome.status}: {outcome.stderr[-300:]!r}"]
        return self.judged(self.document.commands[command], outcome.stdout)

    def judged(self, shape, text):
        try:
            values = printed(text.decode())
        except ValueError as error:
            return [f"no JSON: {error}: {text[:200]!r}"]
        streamed = shape.startswith("objects of ")
        if not values or (len(values) > 1 and not streamed):
            return [f"{len(values)} values"]
        shape = shape.removeprefix("objects of ")
        return [problem for value in values for problem in self.document.problems_of(value, shape)]

    def told(self, line, shape):
        outcome = self.run([line])
        return self.judged("objects of " + shape, outcome.stderr)


def attempts(scene):
    """(what is tried, problems)"""
    for command, shape in scene.document.commands.items():
        if shape == WITHOUT:
            continue
        for line in LINES.get(command, ()):
            yield f"{command}: {line}", scene.problems_of(command, line)
    for line in FAILURES:
        yield f"failure: {line}", scene.told(line, "failure")
    yield f"progress: {PROGRESS}", scene.told(PROGRESS, "progress")


def gaps(det, document):
    """Commands that the document or this test does not know, and fields that no line has printed."""
    for command in read_tree(det).commands:
        if command.path not in document.commands:
            yield f"docs/json.md does not say what {command.path} prints"
    for command, shape in document.commands.items():
        if shape != WITHOUT and command not in LINES:
            yield f"{command}: no line is tried"
    yield from (f"{shape}.{field}: no line prints it" for shape, field in document.unseen())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--det", required=True)
    det = str(pathlib.Path(parser.parse_args().det).resolve())
    document = Document((TESTS.parent / "docs" / "json.md").read_text())
    failed, tried, cluster = [], 0, recorded.recorded_cluster()
    with laid_out_storage(cluster) as storage, ReplayServer(cluster, storage) as server:
        for what, problems in attempts(Scene(det, server, document)):
            tried += 1
            failed += [f"{what}: {problem}" for problem in problems]
    failed += gaps(det, document)
    print(*failed, sep="\n", end="\n" if failed else "")
    print(f"{tried} answers compared with docs/json.md, {len(failed)} problems")
    return 1 if failed else 0


sys.exit(main())
