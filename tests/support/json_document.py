"""docs/json.md as data: which command prints what, and the fields of each shape with their types."""

import re

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
NOT_FINITE = ("NaN", "Infinity", "-Infinity")


def is_whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


TYPES = {
    "string": lambda value: isinstance(value, str),
    "id": lambda value: is_whole(value) or (isinstance(value, str) and value != ""),
    "whole number": is_whole,
    "number": lambda value: is_whole(value) or isinstance(value, float) or value in NOT_FINITE,
    "boolean": lambda value: isinstance(value, bool),
    "time": lambda value: isinstance(value, str) and TIME.fullmatch(value) is not None,
    "object": lambda value: isinstance(value, dict),
    "official": lambda value: isinstance(value, (dict, list)),
}


def rows(text, head):
    """The rows of every table with this head, as lists of cells."""
    inside = False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if cells == head:
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside and not set(line) <= set("|- "):
            yield cells


class Document:
    """`commands`: name -> shape. Raises ValueError for a type that is none."""

    def __init__(self, text):
        self.commands, self.shapes, self.seen = {}, {}, set()
        for cells in rows(text, ["command", "prints"]):
            for name in re.findall(r"`([^`]+)`", cells[0]):
                if self.commands.setdefault(name, cells[1]) != cells[1]:
                    raise ValueError(f"{name} prints two things")
        for section in re.split(r"(?m)^## ", text)[1:]:
            fields = {}
            for names, kind, _ in rows(section, ["field", "type", "meaning"]):
                fields.update({name.strip(): kind for name in names.split(",")})
            name = section.splitlines()[0].strip()
            if self.shapes.setdefault(name, fields) is not fields:
                raise ValueError(f"{name} is described twice")
        for kind in [kind for fields in self.shapes.values() for kind in fields.values()]:
            self._check(kind)

    def _check(self, kind):
        base = kind.removesuffix(" ?").removesuffix(" or null").removeprefix("array of ")
        if base not in TYPES and base not in self.shapes:
            raise ValueError(f"'{kind}' is no type")

    def unseen(self):
        """(shape, field) of what no value has had so far."""
        known = {(shape, field) for shape, fields in self.shapes.items() for field in fields}
        return sorted(known - self.seen)

    def problems_of(self, value, kind, where="it"):
        """What is wrong with a value of this type, as lines."""
        kind = kind.removesuffix(" ?")
        if kind.endswith(" or null"):
            return [] if value is None else self.problems_of(value, kind.removesuffix(" or null"), where)
        if kind.startswith("array of "):
            if not isinstance(value, list):
                return [f"{where} is no array: {value!r:.80}"]
            kind = kind.removeprefix("array of ")
            return [problem for at, one in enumerate(value) for problem in self.problems_of(one, kind, f"{where}[{at}]")]
        if kind in self.shapes:
            return self._problems_of_object(value, kind, where)
        return [] if TYPES[kind](value) else [f"{where} is no {kind}: {value!r:.80}"]

    def _problems_of_object(self, value, shape, where):
        if not isinstance(value, dict):
            return [f"{where} is no object: {value!r:.80}"]
        fields = self.shapes[shape]
        self.seen.update((shape, name) for name in value)
        problems = [f"{where}.{name} is not documented" for name in value if name not in fields]
        problems += [f"{where}.{name} is missing" for name, kind in fields.items()
                     if name not in value and not kind.endswith(" ?")]
        return problems + [problem for name in value if name in fields
                           for problem in self.problems_of(value[name], fields[name], f"{where}.{name}")]
