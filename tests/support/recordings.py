"""What was recorded: exchanges with a real master, and the commands behind them.

A case is a directory of tests/golden with the files cmd, exchanges.json, stdout, stderr and status. Its `cmd` has
one word and its value a line:

    env NAME=VALUE      set for the command
    token cached        the token file holds a good token of user `determined` (expired: one that is refused)
    active determined   the token file names this active user
    master nobody       nobody listens at the master's address
    before det ...      run first in the same place; what it prints is not compared
    run det ...         the command, quoted as in a shell
    stdin "..."         what it reads, as a JSON string
"""

import json
import shlex
from dataclasses import dataclass, field
from pathlib import Path

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


@dataclass(frozen=True)
class Exchange:
    origin: str  # of the recording: its name
    method: str
    path: str
    query: tuple  # of (name, value), sorted
    request_body: object
    status: int
    headers: dict
    body: object  # decoded JSON; {"binary_bytes": n, ...} for archives; text for anything else

    @property
    def is_binary(self):
        return isinstance(self.body, dict) and "binary_bytes" in self.body


@dataclass
class Command:
    argv: list = field(default_factory=list)
    environment: dict = field(default_factory=dict)
    stdin: str = ""
    token: str = ""
    active_user: str = ""
    has_master: bool = True
    before: list = field(default_factory=list)  # of argv


@dataclass
class Case:
    name: str
    directory: Path
    command: Command
    exchanges: list

    def recorded(self, name):
        return (self.directory / name).read_bytes()

    @property
    def status(self):
        return int(self.recorded("status"))


def read_exchanges(path):
    document = json.loads(path.read_text())
    origin = path.parent.name if path.name == "exchanges.json" else path.stem
    return [_exchange(origin, entry) for entry in document["exchanges"]]


def _exchange(origin, entry):
    request, response = entry["request"], entry["response"]
    query = tuple(sorted((name, str(value)) for name, value in request["query"]))
    return Exchange(origin, request["method"], request["path"], query, request["body"], response["status"],
                    response["headers"], response["body"])


def parse_command(text):
    command = Command()
    for line in text.splitlines():
        word, _, value = line.partition(" ")
        if word == "env":
            name, _, setting = value.partition("=")
            command.environment[name] = setting
        elif word == "token":
            command.token = value
        elif word == "active":
            command.active_user = value
        elif word == "master":
            command.has_master = value != "nobody"
        elif word == "before":
            command.before.append(shlex.split(value)[1:])
        elif word == "run":
            command.argv = shlex.split(value)[1:]
        elif word == "stdin":
            command.stdin = json.loads(value)
        else:
            raise ValueError(f"unknown word in a cmd file: {line!r}")
    return command


def read_case(name):
    directory = GOLDEN / name
    command = parse_command((directory / "cmd").read_text())
    return Case(name, directory, command, read_exchanges(directory / "exchanges.json"))


def case_names():
    def number(name):
        return int(name.split("-")[1])

    return sorted((path.parent.name for path in GOLDEN.glob("*/cmd")), key=number)


def pool():
    """Every recorded exchange of the project, in the order of their recordings, then the derived ones."""
    files = [GOLDEN / name / "exchanges.json" for name in case_names()]
    files += sorted(path for path in (GOLDEN / "pool").glob("*.json") if path.stem != "derived")
    files.append(GOLDEN / "pool" / "derived.json")
    return [exchange for path in files if path.exists() for exchange in read_exchanges(path)]
