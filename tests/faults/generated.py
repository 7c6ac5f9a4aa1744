"""Lines that the matrix tries, made from the program's tree and from the forms of its commands (forms.py)."""

import shlex
from dataclasses import dataclass

from forms import FORMS, asking

UNKNOWN_UUID = "deadbeef-0000-4000-8000-000000000000"
# What an argument is completed with -> an id of that kind that the recorded master does not know.
STRANGERS = {"experiment": "99999", "trial": "99999", "checkpoint": UNKNOWN_UUID}
NUMBERED = ("experiment", "trial")
NUMBERS = ("N", "DAYS", "SECONDS", "PORT")
# Words that are offered, where the master says which others there are.
ONLY_OFFERED = ("--stdtype",)
WRONG = "frobnicate"


@dataclass(frozen=True)
class Part:
    """One argument of a line, as it was given: as a word alone, or behind its flag."""

    argument: dict
    words: tuple

    @property
    def name(self):
        return self.argument["names"][-1]

    def instead(self, value):
        return Part(self.argument, (*self.words[:-1], value))


@dataclass(frozen=True)
class Line:
    command: object
    parts: tuple
    stdin: bytes = b""

    @property
    def text(self):
        return shlex.join([*self.command.words, *(word for part in self.parts for word in part.words)])

    def replaced(self, old, *new):
        return Line(self.command, tuple(one for part in self.parts for one in (new if part is old else (part,))),
                    self.stdin)

    def has(self, argument):
        return any(part.argument is argument for part in self.parts)

    def with_value(self, argument, value):
        """With this value for an argument that the line may lack."""
        for part in self.parts:
            if part.argument is argument:
                return self.replaced(part, part.instead(value))
        words = (value,) if argument["kind"] == "positional" else (argument["names"][-1], value)
        return Line(self.command, (*self.parts, Part(argument, words)), self.stdin)


def line_of(command, form, global_arguments):
    """A form, each of its words with the argument that it is given to."""
    flags = {name: argument for argument in command.arguments + global_arguments for name in argument["names"]
             if argument["kind"] != "positional"}
    positionals, parts, words = list(command.positionals), [], form.words
    while words:
        word = words.pop(0)
        if word in flags:
            taken = (word, words.pop(0)) if flags[word]["kind"] == "option" else (word,)
            parts.append(Part(flags[word], taken))
        else:
            parts.append(Part(positionals[0], (word,)))
            if not positionals[0]["takes_many"]:
                positionals.pop(0)
    return Line(command, tuple(parts), form.stdin)


def wrong_words(argument):
    """Words that are none for the argument, whatever the rest of the line says."""
    is_number = argument["placeholder"] in NUMBERS
    is_choice = argument["choices"] and argument["names"][-1] not in ONLY_OFFERED
    return [WRONG] if is_number or is_choice or argument["completes"] in NUMBERED else []


def wrong_lines(tree):
    """(line that ends with 2, what standard error says): each required argument left out, and for each id or number a
    word that is none, for each choice one that is not among its words."""
    for command in tree.commands:
        first, *others = (line_of(command, form, tree.global_arguments) for form in FORMS[command.path])
        for part in first.parts:
            if part.argument["required"]:
                yield first.replaced(part).text, "required"
        for argument in command.arguments:
            line = next((line for line in (first, *others) if line.has(argument)), first)
            for word in wrong_words(argument):
                yield line.with_value(argument, word).text, word


def unknown_lines(tree):
    """Every form, with an id that the master does not know in the place of each id."""
    for command, form in asking(tree):
        line = line_of(command, form, tree.global_arguments)
        for part in line.parts:
            if stranger := STRANGERS.get(part.argument["completes"]):
                yield line.replaced(part, part.instead(stranger)).text
