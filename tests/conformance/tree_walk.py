#!/usr/bin/env python3
"""Every command of the program's own tree: help with an example, completion, a manual page, and the right refusals.

    tree_walk.py --det PROGRAM
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
sys.path[:0] = [str(TESTS / "support"), str(TESTS / "faults")]
import forms  # noqa: E402
import replay  # noqa: E402
from command_tree import read_tree  # noqa: E402
from sandbox import Sandbox  # noqa: E402

NOBODY = "http://127.0.0.1:1"
UNREACHABLE, USAGE = 9, 2


class Walk:
    def __init__(self, det):
        self.det, self.tree = det, read_tree(det)

    def run(self, *words, stdin=b""):
        with Sandbox(NOBODY) as sandbox:
            sandbox.write_token(replay.TOKEN)
            return sandbox.piped([self.det, *words], stdin=stdin)

    def problems_of(self, command):
        for find in (self.undeclared, self.help, self.completion, self.refusals, self.dead_master):
            for problem in find(command):
                yield f"{command.path}: {problem}"

    def undeclared(self, command):
        if command.asks is None:
            yield "does not say whether it asks a master (Command::asks)"
        for argument in command.arguments:
            if argument["kind"] != "flag" and argument["completes"] is None:
                yield f"{argument['names'][-1]} does not say what it completes (Argument::completes)"

    def help(self, command):
        outcome = self.run(*command.words, "--help")
        if outcome.status != 0 or outcome.stderr:
            yield f"--help ends with {outcome.status}: {outcome.stderr!r}"
        if not command.examples or any(not line.startswith(("det ", "source <(det ")) for line in command.examples):
            yield f"its examples are no lines of det: {command.examples}"
        missing = [line for line in command.examples if line.encode() not in outcome.stdout]
        if missing:
            yield f"--help lacks the examples {missing}"

    def offered(self, *words):
        outcome = self.run("__complete", "zsh", *words)
        if outcome.status != 0 or outcome.stderr:
            raise AssertionError(f"completing {words}: {outcome}")
        return [line.split("\t")[0] for line in outcome.stdout.decode().splitlines()]

    def completion(self, command):
        *above, word = command.words
        if word not in self.offered(*above, word):
            yield "is not offered"
        for alias in command.aliases:
            if alias not in self.offered(*above, alias) and word not in self.offered(*above, alias):
                yield f"its alias {alias} is not offered"
        flags = {argument["names"][-1] for argument in command.arguments + self.tree.global_arguments
                 if argument["kind"] != "positional"}
        if missing := flags - set(self.offered(*command.words, "-")):
            yield f"flags that are not offered: {sorted(missing)}"
        for argument in command.arguments:
            if argument["choices"] and argument["kind"] == "option":
                if self.offered(*command.words, argument["names"][-1], "") != argument["choices"]:
                    yield f"the words of {argument['names'][-1]} are not offered"

    def refusals(self, command):
        lines = [["--frobnicate-nothing"]]
        if command.is_bounded:
            lines.append(["x"] * (len(command.positionals) + 1))
        for line in lines:
            outcome = self.run(*command.words, *line)
            if outcome.status != USAGE or outcome.stdout or not outcome.stderr.startswith(b"det: "):
                yield f"{line} ends with {outcome.status}: {outcome.stderr!r}"

    def dead_master(self, command):
        if command.asks != "master":
            return
        if command.path not in forms.FORMS:
            yield "tests/faults/forms.py does not say how it is called"
        for form in forms.FORMS.get(command.path, ()):
            outcome = self.run(*command.words, *form.words, stdin=form.stdin)
            if outcome.status != UNREACHABLE or outcome.stdout:
                yield f"{form.line!r} ends with {outcome.status} where nobody listens: {outcome.stderr!r}"


class ManPages:
    """The pages as the installation makes them."""

    def __init__(self, det, tree):
        self.tree, self.made = tree, {}
        for prose in sorted((ROOT / "docs" / "man").glob("*.man")):
            self.made[prose.stem] = subprocess.run([det, "__man", prose.stem, "2026-11-21", prose],
                                                   capture_output=True, check=True, text=True).stdout

    def problems(self):
        listed = (ROOT / "docs" / "man" / "CMakeLists.txt").read_text()
        for noun in self.tree.nouns:
            if " " not in noun["name"] and noun["name"] not in self.made:
                yield f"{noun['name']}: there is no docs/man/{noun['name']}.man"
        for name, page in self.made.items():
            if f" {name}" not in listed:
                yield f"{name}: docs/man/CMakeLists.txt does not install it"
            yield from self._lint(name, page)
        for command in self.tree.commands:
            yield from self._entry(command)

    def _entry(self, command):
        noun = command.words[0] if len(command.words) > 1 else "det"
        heading = f".SS {command.path}\n".replace("-", "\\-")
        if heading not in self.made.get(noun, ""):
            yield f"{command.path}: no entry in the manual page of {noun}"

    @staticmethod
    def _lint(name, page):
        with tempfile.NamedTemporaryFile("w", suffix=".1") as file:
            file.write(page)
            file.flush()
            told = subprocess.run(["mandoc", "-Tlint", "-W", "warning", file.name], capture_output=True, text=True)
        for line in told.stdout.splitlines():
            yield f"{name}: {line}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--det", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    walk = Walk(parser.parse_args().det)
    problems = [problem for command in walk.tree.commands for problem in walk.problems_of(command)]
    problems += [f"{path}: no such command, but tests/faults/forms.py calls it"
                 for path in forms.FORMS if path not in walk.tree.paths]
    problems += ManPages(walk.det, walk.tree).problems()
    print(*problems, sep="\n")
    print(f"{len(walk.tree.commands)} commands, {len(problems)} problem(s)")
    return 1 if problems else 0


sys.exit(main())
