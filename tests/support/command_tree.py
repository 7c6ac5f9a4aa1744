"""The command tree of the built program, as `det __tree` prints it (cli/command_tree.hpp)."""

import json
import subprocess
from dataclasses import dataclass


@dataclass
class Command:
    path: str
    aliases: list
    examples: list
    asks: str  # "master", "sometimes" or "nobody"; None where it is not declared
    arguments: list  # each a dictionary: kind, names, placeholder, help, required, takes_many, choices, completes

    @property
    def words(self):
        return self.path.split()

    @property
    def positionals(self):
        return [argument for argument in self.arguments if argument["kind"] == "positional"]

    @property
    def is_bounded(self):
        """Whether one word too many can be given."""
        return not any(argument["takes_many"] for argument in self.positionals)


@dataclass
class Tree:
    nouns: list  # each a dictionary: name, aliases, summary
    commands: list
    global_arguments: list

    def command_of(self, words):
        """The command that these words call, by names or aliases; None where they call none."""
        reached = ""
        for word in words:
            for command in self.commands:
                above, _, name = command.path.rpartition(" ")
                if above == reached and word in (name, *command.aliases):
                    return command
            nouns = [noun for noun in self.nouns if noun["name"].rpartition(" ")[0] == reached
                     and word in (noun["name"].rpartition(" ")[2], *noun["aliases"])]
            if not nouns:
                return None
            reached = nouns[0]["name"]
        return None

    @property
    def paths(self):
        return [noun["name"] for noun in self.nouns] + [command.path for command in self.commands]


def read_tree(det):
    told = json.loads(subprocess.run([det, "__tree"], capture_output=True, check=True).stdout)
    commands = [Command(entry["path"], entry["aliases"], entry["examples"], entry["asks"], entry["arguments"])
                for entry in told["commands"]]
    return Tree(told["nouns"], commands, told["global"])
