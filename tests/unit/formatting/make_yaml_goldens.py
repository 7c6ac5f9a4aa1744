#!/usr/bin/env python3
"""Writes yaml_goldens.json: what the official client's YAML dump gives. Needs the official package determined 0.38.1."""
import json
import pathlib
import random

from determined.common import util

HERE = pathlib.Path(__file__).parent
WORDS = ["a", "word", "it's", 'say"x"', "x:", "#c", "-", "?", "?x", ":", ":x", "- y", "1", "1.5", "true", "null", "~", "=", "<<",
         "2020-01-01", "2020-1-1 10:00:00", "2020-1-1T1:02:03.5+01:00", "1e5", "0x1f", "0b1", "0o7", ".inf", ".5", ".5e+1", ".nan",
         "+.5", "--", "---", "...", "..", "{a", "[b", "a,b", "a]", "*x", "&y", "!z", "%q", "@k", "`t`", "|", "|x", ">", "\u00e9",
         "\u65e5\u672c", "\u00a0", "\U0001f600", "x" * 30, "y" * 90, "\\", "\t", "\n", "\x07", "\x1b", "\r", "a:b", "a: b", "a #b",
         " ", "  ", "_1", "1_0", "-_", "0o", "yes", "on", "NaN", "-.inf", "1:30", "''", "12e", "1.e5", "1._", "+1", "-1", "+", "0x",
         "2020-01-01T", "/a/b/c", "~x", ".*CUDA out of memory.*", ""]


def random_text(chance):
    if chance.random() < 0.4:
        return chance.choice(WORDS)
    count = chance.choice([2, 3, 5, 20, 40])
    return chance.choice([" ", "", " ", "  "]).join(chance.choice(WORDS) for _ in range(count))


def random_key(chance):
    """No key between 61 and 122 letters: the official dump folds some of them, which cannot be read again."""
    while 60 < len(text := random_text(chance)) < 123:
        pass
    return text


def random_value(chance, depth):
    kind = chance.randrange(9 if depth > 0 else 6)
    if kind == 6:
        return [random_value(chance, depth - 1) for _ in range(chance.randrange(4))]
    if kind > 6:
        return {random_key(chance): random_value(chance, depth - 1) for _ in range(chance.randrange(5))}
    others = [None, True, False, 0, -5, 2**62, 10**12, 1.0, 1e-5, 1e16, 1.5e300, 0.1, -2.5, 123456.75]
    return chance.choice(others) if kind < 2 else random_text(chance)


def cases():
    chance = random.Random(20261124)
    values = [{}, {"a": {}, "b": []}, {word: word for word in WORDS}, {"k" * 122: 1, "l" * 123: [1, {"a": 2}], "m" * 130: {"a": [1]}}]
    values += [{random_key(chance): random_value(chance, 3) for _ in range(chance.randrange(5))} for _ in range(150)]
    for value in values:
        yield {"value": value, "text": util.yaml_safe_dump(value, default_flow_style=False)}


if __name__ == "__main__":
    (HERE / "yaml_goldens.json").write_text("[\n" + ",\n".join(json.dumps(item) for item in cases()) + "\n]\n")
