#!/usr/bin/env python3
"""Every command of the official tool and every alias of one is served, or recognised as one that is not.

    official_tree.py --det PROGRAM
"""

import argparse
import json
import pathlib
import subprocess
import sys

from official import PEER, SKIPPED, peer_python

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from sandbox import Sandbox  # noqa: E402

# Run by the interpreter that has the official tool: what it declares, as [names, [children]], aliases among the names.
TELL = """
import json, sys
sys.argv[0] = "det"
from determined.cli import _declarative_argparse as declared
from determined.cli import cli

def told(things):
    commands = [thing for thing in things if isinstance(thing, declared.Cmd)]
    return [[flat(declared.generate_aliases(one.name)), told(one.subs or [])] for one in commands]

def flat(names):
    return [names[0], *names[1]]

print(json.dumps(told(cli.all_args_description)))
"""
NOT_SERVED = b"does not serve"
USAGE = 2


def official_tree(python):
    told = subprocess.run([python, "-c", TELL], capture_output=True, check=True, text=True)
    return json.loads(told.stdout.splitlines()[-1])


def paths(tree, above=()):
    """Every command of it, by the first of its names."""
    for (name, *_), children in tree:
        yield " ".join((*above, name))
        yield from paths(children, (*above, name))


class Comparison:
    def __init__(self, det):
        self.det, self.served, self.recognised, self.problems = det, 0, 0, []

    def walk(self, tree, above=()):
        for names, children in tree:
            serves = [self.serves([*above, name]) for name in names]
            if len(set(serves)) > 1:
                self.problems.append(f"{' '.join(above)} {names}: only some of its names are served")
            if serves[0]:
                self.walk(children, (*above, names[0]))

    def serves(self, words):
        with Sandbox("http://127.0.0.1:1") as sandbox:
            outcome = sandbox.piped([self.det, *words, "--help"])
        line = " ".join(words)
        if outcome.status == 0:
            self.served += 1
        elif outcome.status == USAGE and NOT_SERVED in outcome.stderr:
            self.recognised += 1
        else:
            self.problems.append(f"{line}: ends with {outcome.status}: {outcome.stderr.decode()!r}")
        return outcome.status == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--det", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    arguments = parser.parse_args()
    python = peer_python()
    if python is None:
        print(f"skipped: {PEER} is not installed (scripts/peers)")
        return SKIPPED
    comparison = Comparison(arguments.det)
    comparison.walk(official_tree(python))
    print(*comparison.problems, sep="\n")
    print(f"{comparison.served} official words served, {comparison.recognised} recognised, "
          f"{len(comparison.problems)} problem(s)")
    return 1 if comparison.problems or not comparison.served else 0


if __name__ == "__main__":
    sys.exit(main())
