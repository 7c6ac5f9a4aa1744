"""One command line that the official client and det are both given, and what the master answers to it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from wire_http import Response

JSON_TYPE = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Difference:
    """Where det's stdout or status is another on purpose: why, in the words of docs/differences.md, and what it is."""

    why: str
    status: int
    stdout: str = ""


@dataclass
class Case:
    """`answers`: "METHOD /path" without the query -> a Response, or a list of them, one after the other, the last one
    again. `differs`: requests are compared all the same. `files`: files or folders below the working directory whose
    contents are compared, `folders`: what is made there first. `reads`: "GET /path" that only det asks, to show what a
    prompt is about. `sdk`: where the official tool has no such command, what its SDK does instead, as Python that calls
    `client` (determined.experimental); what is printed is not compared then."""

    name: str
    argv: list
    answers: dict = field(default_factory=dict)
    stdin: str = ""
    differs: Difference | None = None
    files: tuple = ()
    reads: tuple = ()
    folders: tuple = ()
    sdk: str = ""


def answer(body, status=200):
    return Response(status, json.dumps(body).encode(), JSON_TYPE)


def stream(lines, status=200):
    """A JSON value a line, in chunks."""
    return Response(status, "".join(json.dumps(line) + "\n" for line in lines).encode(), JSON_TYPE, chunked=True)


def refusal(status, reason, text):
    """As the gateway of a master refuses."""
    return answer({"error": {"code": status, "reason": reason, "error": text}}, status)
