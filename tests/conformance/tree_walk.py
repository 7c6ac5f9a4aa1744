#!/usr/bin/env python3
"""Every command of the program's own tree: help with an example, completion, a manual page, and the right refusals.

    tree_walk.py --det PROGRAM
"""

import argparse
import contextlib
import pathlib
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
sys.path[:0] = [str(TESTS / "support"), str(TESTS / "faults")]
import cluster as recorded  # noqa: E402
import forms  # noqa: E402
import replay  # noqa: E402
from command_tree import read_tree  # noqa: E402
from generated import line_of  # noqa: E402
from replay_server import ReplayServer, laid_out_storage  # noqa: E402
from sandbox import Sandbox  # noqa: E402

NOBODY = "http://127.0.0.1:1"
UNREACHABLE, USAGE = 9, 2
REFUSAL_SECONDS = 10  # an embedded master that was started by mistake does not end
FLAG, SURPLUS = "--frobnicate-nothing", "surplus"


class Walk:
    def __init__(self, det):
        self.det, self.tree = det, read_tree(det)

    def run(self, *words, stdin=b"", timeout=60):
        with Sandbox(NOBODY) as sandbox:
            sandbox.write_token(replay.TOKEN)
            return sandbox.piped([self.det, *words], stdin=stdin, timeout=timeout)

    def problems_of(self, command):
        if command.path not in forms.FORMS:
            yield f"{command.path}: tests/faults/forms.py does not say how it is called"
            return
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

    def refused(self, words, *names):
        """What is wrong with the refusal of a line, which must say one of the names."""
        outcome = self.run(*words, timeout=REFUSAL_SECONDS)
        if outcome.status != USAGE or outcome.stdout or not outcome.stderr.startswith((b"det: ", b"{")):
            yield f"{words} ends with {outcome.status}: {outcome.stderr!r}"
        elif not any(name.encode() in outcome.stderr for name in names):
            yield f"{words} is not told {names}: {outcome.stderr!r}"

    def refusals(self, command):
        """Of lines that are right but for one thing."""
        form = forms.FORMS[command.path][0]
        words = [*command.words, *form.words]
        yield from self.refused([*words, FLAG], f"unknown flag {FLAG}")
        if command.is_bounded:
            optional = sum(not argument["required"] for argument in command.positionals)
            yield from self.refused([*words, *[SURPLUS] * (optional + 1)], f"unexpected argument '{SURPLUS}'")
        line = line_of(command, form, self.tree.global_arguments)
        for option in command.arguments:
            if option["kind"] == "option":
                others = [word for part in line.parts if part.argument is not option for word in part.words]
                yield from self.valueless([*command.words, *others], option)

    def valueless(self, words, option):
        """A flag is never the value of the option before it."""
        for name in option["names"]:
            yield from self.refused([*words, name, "--json"], *option["names"])

    def global_refusals(self):
        for noun in ["", "help", *(noun["name"] for noun in self.tree.nouns)]:
            yield from self.refused([*noun.split(), FLAG], FLAG)
        for option in self.tree.global_arguments:
            if option["kind"] == "option":
                yield from self.valueless(["experiment", "list"], option)
                for name in option["names"]:
                    yield from self.refused([name, "--json", "experiment", "list"], *option["names"])

    def dead_master(self, command):
        if command.asks == "sometimes":
            yield from SOMETIMES[command.path](self) if command.path in SOMETIMES else ["asks sometimes: when?"]
        for form in forms.FORMS[command.path] if command.asks == "master" else ():
            yield from self.unreachable(form.line, self.run(*command.words, *form.words, stdin=form.stdin))

    def unreachable(self, line, outcome):
        if outcome.status != UNREACHABLE or outcome.stdout:
            yield f"{line!r} ends with {outcome.status} where nobody listens: {outcome.stderr!r}"

    def dead_master_of_a_logout(self):
        """The token goes all the same; without one nobody is asked."""
        for words in (["user", "logout"], ["user", "logout", "--all"]):
            with Sandbox(NOBODY) as sandbox:
                sandbox.write_token(replay.TOKEN, "determined")
                yield from self.unreachable(words, sandbox.piped([self.det, *words]))
                if replay.TOKEN in sandbox.token_file.read_text():
                    yield f"{words} keeps the token where nobody listens"
                if (outcome := sandbox.piped([self.det, *words])).status != 0:
                    yield f"{words} without a token ends with {outcome.status}: {outcome.stderr!r}"

    def dead_master_of_a_verification(self):
        cluster = recorded.recorded_cluster()
        with contextlib.ExitStack() as stack:
            storage = stack.enter_context(laid_out_storage(cluster))
            with ReplayServer(cluster, storage) as server:
                sandbox = stack.enter_context(Sandbox(server.url))
                sandbox.write_token(replay.TOKEN)
                downloaded = sandbox.piped([self.det, "checkpoint", "download", forms.UUID, "-o", "model"])
            near, far = (sandbox.piped([self.det, "checkpoint", "verify", *form.words])
                         for form in forms.FORMS["checkpoint verify"])
        if downloaded.status != 0 or near.status != 0:
            yield f"what was downloaded is not verified: {downloaded}, {near}"
        yield from self.unreachable("model --remote", far)


# Commands that do not always ask a master: what one that is dead is to them.
SOMETIMES = {"user logout": Walk.dead_master_of_a_logout, "checkpoint verify": Walk.dead_master_of_a_verification}


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
    problems += walk.global_refusals()
    problems += [f"{path}: no such command, but tests/faults/forms.py calls it"
                 for path in forms.FORMS if path not in walk.tree.paths]
    problems += ManPages(walk.det, walk.tree).problems()
    print(*problems, sep="\n")
    print(f"{len(walk.tree.commands)} commands, {len(problems)} problem(s)")
    return 1 if problems else 0


sys.exit(main())
